import { parseJsonRecords, type OpenSource } from './json-records.ts'
import { flickrIdOf, readObject } from './read-fields.ts'
import {
  describe,
  fileProblem,
  isObject,
  leavesRoot,
  type ImageRef,
  type ParsedExample,
  type ParsedItem,
  type RecordBuilder,
  type Split,
} from './record.ts'

/**
 * COCO, Flickr8k and Flickr30K in Karpathy's form: `{ images: [{ filename, split, sentences: [{ raw }] }] }`. A record is one image
 * with its captions; a caption that cannot be used is left out with a warning, the image stays.
 */
export async function* parseKarpathy(open: OpenSource): AsyncGenerator<ParsedItem[]> {
  const seen = new Map<string, string>()
  let count = 0
  let hasFault = false
  const parsed = parseJsonRecords(open, ({ section, index, value, builder }) => {
    if (section === 'annotations' && index === 0) return [fileProblem('refused', 'wrong-kind', official, builder.place)]
    if (section !== 'images' || index === null) return []
    count += 1
    return [parseImage(value, builder, seen)]
  })
  for await (const items of parsed) {
    hasFault ||= items.some((item) => 'problem' in item && item.problem.severity === 'refused')
    yield items
  }
  if (count === 0 && !hasFault) yield [fileProblem('refused', 'no-records', 'no images[] list was found')]
}

const official = 'an annotations list: this is an official COCO file, not the Karpathy form'

const splits = new Set<unknown>(['train', 'restval', 'val', 'test'])

/** @param seen file names with their places */
function parseImage(entry: unknown, builder: RecordBuilder, seen: Map<string, string>): ParsedItem {
  const value = readObject(entry, builder)
  if (!value) return builder.build()
  const fileName = value['filename']
  if (!splits.has(value['split'])) builder.refuse('split-value', 'split', splitReason(value['split']))
  if (typeof fileName !== 'string' || fileName.trim() === '') {
    builder.refuse('filename-missing', 'filename', fileName === undefined ? 'filename is missing' : `filename is ${describe(fileName)}`)
    return builder.build({}, listedIds(value))
  }
  const folder = typeof value['filepath'] === 'string' ? value['filepath'] : ''
  if (leavesRoot(fileName) || leavesRoot(folder)) builder.refuse('path-escape', 'filename', 'filename leaves the image folder: refused')
  checkDuplicate(builder, `${folder}/${fileName}`, seen)
  const key = imageKey(builder, value, fileName)
  const examples = parseSentences(builder, value, key)
  const kept = new Set(builder.accepted ? examples.map(({ externalId }) => externalId) : [])
  const held = listedIds(value).filter((id) => !kept.has(id))
  return builder.build({ images: [imageOf(value, key, folder, fileName)], examples }, held)
}

function imageOf(value: Record<string, unknown>, key: string, folder: string, fileName: string): ImageRef {
  const image = { key, candidates: folder ? [`${folder}/${fileName}`, fileName] : [fileName] }
  const cocoId = value['cocoid']
  if (typeof cocoId === 'number' && Number.isSafeInteger(cocoId) && key !== fileName) return { ...image, cocoId }
  const flickrId = cocoId === undefined ? flickrIdOf(fileName) : undefined
  return flickrId === undefined ? image : { ...image, flickrId }
}

function splitReason(split: unknown): string {
  return typeof split === 'string' ? `split "${split}" is not train, restval, val or test` : `split is ${describe(split)}`
}

function checkDuplicate(builder: RecordBuilder, name: string, seen: Map<string, string>): void {
  const first = seen.get(name)
  if (first) builder.refuse('duplicate-filename', 'filename', `filename already at ${first}: one image in two splits (leak)`)
  else seen.set(name, builder.place)
}

/** An image that is set aside still holds the caption ids that it lists: a later image that uses one repeats it. */
function listedIds(value: Record<string, unknown>): string[] {
  return Array.isArray(value['sentids']) ? (value['sentids'] as unknown[]).map(String) : []
}

/** COCO's id where there is one, else the file name. */
function imageKey(builder: RecordBuilder, value: Record<string, unknown>, fileName: string): string {
  const id = value['cocoid']
  if (id === undefined) return fileName
  const inName = /(\d+)\.\w+$/.exec(fileName)?.[1]
  if (builder.accepted && inName !== undefined && typeof id === 'number' && Number(inName) !== id) {
    builder.warn('id-mismatch', 'cocoid', `cocoid ${id} differs from the number in filename "${fileName}": the file name is used`)
    return fileName
  }
  return String(id as number)
}

function parseSentences(builder: RecordBuilder, value: Record<string, unknown>, key: string): ParsedExample[] {
  const sentences = Array.isArray(value['sentences']) ? (value['sentences'] as unknown[]) : []
  const ids = Array.isArray(value['sentids']) ? value['sentids'].length : null
  if (sentences.length === 0) {
    builder.refuse('no-sentences', 'sentences', `no sentences${ids === null ? '' : ` (sentids lists ${ids})`}`)
  } else if (ids !== null && ids !== sentences.length) {
    builder.warn('sentids-mismatch', 'sentids', `sentids lists ${ids}, sentences has ${sentences.length}`)
  }
  return sentences.flatMap((sentence, index) => parseSentence(builder, value, sentence, index, key) ?? [])
}

function parseSentence(
  builder: RecordBuilder,
  image: Record<string, unknown>,
  sentence: unknown,
  index: number,
  key: string,
): ParsedExample | null {
  const place = `${builder.place}.sentences[${index}]`
  if (!isObject(sentence)) {
    builder.warn('sentence-type', 'sentences', `the sentence is ${describe(sentence)}: left out`, place)
    return null
  }
  const text = captionText(builder, sentence, place)
  const id = sentence['sentid'] === undefined ? `${key}#${index}` : String(sentence['sentid'] as number)
  if (image['imgid'] !== undefined && sentence['imgid'] !== undefined && image['imgid'] !== sentence['imgid']) {
    const reason = `imgid ${String(sentence['imgid'])} in an image with imgid ${String(image['imgid'])}: the image it stands in counts`
    builder.warn('imgid-mismatch', 'imgid', reason, place)
  }
  if (text === null || !builder.accepted) return null
  return {
    kind: 'caption',
    split: image['split'] as Split,
    externalId: id,
    text,
    label: null,
    answers: [],
    answerType: null,
    groupKey: null,
    imageKeys: [key],
    place,
  }
}

function captionText(builder: RecordBuilder, sentence: Record<string, unknown>, place: string): string | null {
  const { raw, tokens } = sentence
  if (tokens !== undefined && !Array.isArray(tokens)) {
    builder.warn('tokens-type', 'tokens', `tokens is ${describe(tokens)}, a list expected: raw is used`, place)
  }
  if (typeof raw === 'string' && raw.trim() !== '') return raw.trim()
  const joined = Array.isArray(tokens) ? tokens.filter((token) => typeof token === 'string').join(' ') : ''
  if (joined !== '') {
    builder.warn('caption-empty', 'raw', 'raw is empty while tokens is not: the tokens joined are used', place)
    return joined
  }
  builder.warn('caption-empty', 'raw', `raw is ${typeof raw === 'string' ? 'empty' : describe(raw)}: the caption is left out`, place)
  return null
}
