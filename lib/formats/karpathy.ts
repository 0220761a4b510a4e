import type { Readable } from 'node:stream'
import { readJson } from './json-stream.ts'
import { openText } from './open-text.ts'
import {
  describe,
  fileProblem,
  isObject,
  leavesRoot,
  RecordBuilder,
  rawText,
  type ParsedExample,
  type ParsedItem,
  type Split,
} from './record.ts'

/**
 * COCO, Flickr8k and Flickr30K in Karpathy's form: `{ images: [{ filename, split, sentences: [{ raw }] }] }`. A record is one image
 * with its captions; a caption that cannot be used is left out with a warning, the image stays.
 */
export async function* parseKarpathy(source: Readable): AsyncGenerator<ParsedItem> {
  const file = await openText(source)
  if (file.fault) return yield fileProblem('refused', file.fault.code, file.fault.reason)
  const seen: Seen = { files: new Map(), sentences: new Map() }
  let images = 0
  for await (const element of readJson(file)) {
    if ('fault' in element) yield fileProblem('refused', element.fault.code, element.fault.reason, element.fault.place)
    else if (element.section === 'images' && element.index !== null) {
      images += 1
      yield parseImage(element.place, element.value, seen)
    } else if (element.section === 'annotations' && element.index === 0) {
      yield fileProblem('refused', 'wrong-kind', 'an annotations list: this is an official COCO file, not the Karpathy form', element.place)
    }
  }
  if (images === 0) yield fileProblem('refused', 'no-records', 'no images[] list was found')
}

interface Seen {
  files: Map<string, string>
  /** Caption ids with the place that holds them: a sentence, or an image whose `sentids` names it. */
  sentences: Map<string, string>
}

const splits = new Set<unknown>(['train', 'restval', 'val', 'test'])

function parseImage(place: string, value: unknown, seen: Seen): ParsedItem {
  const builder = new RecordBuilder(place, () => rawText(value))
  if (!isObject(value)) {
    builder.refuse('record-type', null, `the record is ${describe(value)}, an object expected`)
    return builder.build()
  }
  claimSentences(builder, value['sentids'], seen)
  const fileName = value['filename']
  if (!splits.has(value['split'])) builder.refuse('split-value', 'split', splitReason(value['split']))
  if (typeof fileName !== 'string' || fileName.trim() === '') {
    builder.refuse('filename-missing', 'filename', fileName === undefined ? 'filename is missing' : `filename is ${describe(fileName)}`)
    return builder.build()
  }
  const folder = typeof value['filepath'] === 'string' ? value['filepath'] : ''
  if (leavesRoot(fileName) || leavesRoot(folder)) builder.refuse('path-escape', 'filename', 'filename leaves the image folder: refused')
  checkDuplicate(builder, `${folder}/${fileName}`, seen)
  const key = imageKey(builder, value, fileName)
  const examples = parseSentences(builder, value, key, seen)
  const candidates = folder ? [`${folder}/${fileName}`, fileName] : [fileName]
  return builder.build({ images: [{ key, candidates }], examples })
}

function splitReason(split: unknown): string {
  return typeof split === 'string' ? `split "${split}" is not train, restval, val or test` : `split is ${describe(split)}`
}

function checkDuplicate(builder: RecordBuilder, name: string, seen: Seen): void {
  const first = seen.files.get(name)
  if (first) builder.refuse('duplicate-filename', 'filename', `filename already at ${first}: one image in two splits (leak)`)
  else seen.files.set(name, builder.place)
}

/** An image that is set aside still holds the caption ids it lists: a later image that uses one repeats it. */
function claimSentences(builder: RecordBuilder, ids: unknown, seen: Seen): void {
  for (const id of Array.isArray(ids) ? (ids as unknown[]) : []) {
    if (!seen.sentences.has(String(id))) seen.sentences.set(String(id), builder.place)
  }
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

function parseSentences(builder: RecordBuilder, value: Record<string, unknown>, key: string, seen: Seen): ParsedExample[] {
  const sentences = Array.isArray(value['sentences']) ? (value['sentences'] as unknown[]) : []
  const ids = Array.isArray(value['sentids']) ? value['sentids'].length : null
  if (sentences.length === 0) {
    builder.refuse('no-sentences', 'sentences', `no sentences${ids === null ? '' : ` (sentids lists ${ids})`}`)
  } else if (ids !== null && ids !== sentences.length) {
    builder.warn('sentids-mismatch', 'sentids', `sentids lists ${ids}, sentences has ${sentences.length}`)
  }
  return sentences.flatMap((sentence, index) => parseSentence(builder, value, sentence, index, key, seen) ?? [])
}

function parseSentence(
  builder: RecordBuilder,
  image: Record<string, unknown>,
  sentence: unknown,
  index: number,
  key: string,
  seen: Seen,
): ParsedExample | null {
  const place = `${builder.place}.sentences[${index}]`
  if (!isObject(sentence)) {
    builder.warn('sentence-type', 'sentences', `the sentence is ${describe(sentence)}: left out`, place)
    return null
  }
  const text = captionText(builder, sentence, place)
  const id = sentence['sentid'] === undefined ? `${key}#${index}` : String(sentence['sentid'] as number)
  const first = seen.sentences.get(id)
  if (first && first !== builder.place) {
    builder.warn('duplicate-sentid', 'sentid', `sentid used twice: ${id} is already at ${first}; this caption is left out`, place)
    return null
  }
  if (image['imgid'] !== undefined && sentence['imgid'] !== undefined && image['imgid'] !== sentence['imgid']) {
    const reason = `imgid ${String(sentence['imgid'])} in an image with imgid ${String(image['imgid'])}: the image it stands in counts`
    builder.warn('imgid-mismatch', 'imgid', reason, place)
  }
  seen.sentences.set(id, place)
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
