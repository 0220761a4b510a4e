import { findFormat, type FileRole, type ImportFormat, type Split } from './format-catalog.ts'

/** A look at a file: its path inside the folder, and text from its start and its end. */
export interface FileLook {
  path: string
  sizeBytes: number
  head: string
  tail: string
}

/** What a file is good for. `split` null: its records say it, or it does not matter. */
export interface RecognisedFile {
  format: ImportFormat
  role: FileRole
  split: Split | null
}

export type Recognition = { uses: RecognisedFile[] } | { reason: string }

/** Tells by content what a file is, and by its name which split; a file that no import reads is said to be what it is. Pure. */
export function recogniseFile(look: FileLook): Recognition {
  const wrong = wholeFault(look)
  if (wrong) return { reason: wrong }
  const kind = kindOf(look)
  if ('reason' in kind) return kind
  const uses = kind.uses.flatMap(([format, role]): RecognisedFile[] => {
    const known = findFormat(format)?.roles.find((entry) => entry.role === role)
    return known ? [{ format: format as ImportFormat, role: known.role, split: known.isPerSplit ? splitOf(look) : null }] : []
  })
  return uses.length > 0 ? { uses } : { reason: 'no import reads this kind of file' }
}

function wholeFault({ head, sizeBytes }: FileLook): string | null {
  const text = head.trimStart()
  if (sizeBytes === 0) return 'it is empty'
  if (/^<(!doctype|html|\?xml)/i.test(text)) return 'it is a web page, not the data: the download failed'
  if (text.startsWith('version https://git-lfs')) return 'it is a Git LFS pointer, not the data: fetch the real file'
  if (head.startsWith('\u001f')) return 'it is packed: unpack it'
  return null
}

type Kind = { uses: [format: string, role: string][] } | { reason: string }

function kindOf(look: FileLook): Kind {
  const head = look.head.replace(/^\ufeff/, '').trimStart()
  if (/^[[{]/.test(head)) return kindOfJson(head, look)
  const [line = ''] = head.split('\n')
  if (/^\S+\.\w+#\d+\t/.test(line) || /^image(_name)?\s*\|/i.test(line)) return { uses: [['flickr_tokens', 'captions']] }
  const isList = /\.(lst|txt)$/i.test(look.path) && /^\d{4,}(_\w+)?(\.jpg)?\s*$/i.test(line)
  return isList ? { uses: [['flickr_tokens', 'split-list']] } : { reason: 'its content is not known' }
}

function kindOfJson(head: string, { tail, path }: FileLook): Kind {
  const has = (...keys: string[]) => keys.every((key) => head.includes(`"${key}"`))
  const anywhere = (key: string) => head.includes(`"${key}"`) || tail.includes(`"${key}"`)
  if (has('sentence2') && (has('gold_label') || has('pairID'))) return { uses: [['snli_ve', 'hypotheses']] }
  const identifier = /"identifier"\s*:\s*"([^"]*)"/.exec(head)?.[1]
  if (identifier !== undefined && has('sentence')) return { uses: [[/^[a-z]/i.test(identifier) ? 'nlvr2' : 'nlvr', 'statements']] }
  if (has('structured_rep', 'sentence')) return { uses: [['nlvr', 'statements']] }
  if (has('regions') && (has('region_id') || has('phrase'))) return { uses: [['visual_genome', 'regions']] }
  if (has('image_id', 'url') && (has('coco_id') || has('flickr_id'))) return { uses: [['visual_genome', 'image-data']] }
  if (has('qas')) return { reason: 'questions of Visual Genome are not imported' }
  if (anywhere('question_id')) return kindOfVqa(anywhere)
  if (has('filename') && (has('sentences') || has('sentids'))) return { uses: [['coco_karpathy', 'captions']] }
  if (has('images') || has('annotations') || has('file_name')) return kindOfCoco(path, anywhere)
  if (has('image_id', 'caption')) return { reason: 'it holds predicted captions, not data' }
  if (has('text') && (has('image') || has('images'))) return { uses: [['json_lines', 'examples']] }
  return { reason: 'its records are of no known form' }
}

function kindOfVqa(anywhere: (key: string) => boolean): Kind {
  if (anywhere('answers') || anywhere('multiple_choice_answer')) return { uses: [['vqa_v2', 'annotations']] }
  if (anywhere('question')) return { uses: [['vqa_v2', 'questions']] }
  return { reason: 'it holds predicted answers, not data' }
}

/** The kinds of annotation share their beginning: the end of the file tells, else its name. */
function kindOfCoco(path: string, anywhere: (key: string) => boolean): Kind {
  const isNamed = (word: string) =>
    path
      .toLowerCase()
      .slice(path.lastIndexOf('/') + 1)
      .includes(word)
  if (anywhere('bbox') || anywhere('segmentation') || anywhere('keypoints'))
    return isNamed('keypoints')
      ? { reason: 'it holds keypoints, which are not imported' }
      : { uses: [['coco_karpathy', 'instances'], ['coco_captions', 'instances']] } // prettier-ignore
  if (anywhere('caption') || isNamed('caption')) return { uses: [['coco_captions', 'captions']] }
  return { reason: 'it names images and has no captions' }
}

const splitWords: Record<string, Split> = {
  ...{ train: 'train', restval: 'restval', val: 'val', valid: 'val', validation: 'val', dev: 'val', minival: 'val' },
  ...{ test: 'test', testdev: 'test', hidden: 'test' },
}

/** By the file's name, then by the name of its folder, then by what its head says of itself. */
function splitOf({ path, head }: FileLook): Split | null {
  const [file = '', folder = ''] = path.split('/').reverse()
  const said = /"data_subtype"\s*:\s*"([^"]*)"/.exec(head)?.[1] ?? /"identifier"\s*:\s*"([a-z]+\d?)-/.exec(head)?.[1] ?? ''
  for (const name of [file, folder, said]) {
    const words =
      name
        .toLowerCase()
        .replace('test-dev', 'testdev')
        .match(/[a-z]+/g) ?? []
    const found = words.map((word) => splitWords[word.replace(/(images|split)$/, '')]).find((split) => split !== undefined)
    if (found) return found
  }
  return null
}
