import type { Readable } from 'node:stream'
import { parseLineRecords } from './line-records.ts'
import { describe, type ImageRef, type ParsedItem, type ParseOptions, type RecordBuilder } from './record.ts'

/** Where a pair was first named, and by which photos. As many as there are images, which are held in memory anyway. */
type Pairs = Map<string, { place: string; left: unknown; right: unknown }>

/** NLVR2: one object a line, two images an example, `True` or `False`. Consistency groups an example with the other pairs of its sentence. */
export function parseNlvr2(source: Readable, options: ParseOptions): AsyncGenerator<ParsedItem[]> {
  const pairs: Pairs = new Map()
  const expected = /^(train|dev|test1|test2)\b/.exec(options.fileName)?.[1] ?? null
  return parseLineRecords(source, (value, builder) => parseRecord(value, builder, options, expected, pairs))
}

function parseRecord(
  value: Record<string, unknown>,
  builder: RecordBuilder,
  options: ParseOptions,
  fileSplit: string | null,
  pairs: Pairs,
): ParsedItem {
  const label = readLabel(value['label'], builder)
  const sentence = readSentence(value['sentence'], builder)
  const identifier = readIdentifier(value['identifier'], builder)
  if (!identifier) return builder.build()
  const expected = fileSplit ?? splitOfFile(options.fileName)
  if (expected && identifier.split !== expected) {
    builder.refuse('split-mismatch', 'identifier', `identifier says ${identifier.split}, the file says ${expected}`)
  }
  checkPair(value, builder, identifier, pairs)
  if (!builder.accepted || label === null || sentence === null) return builder.build()
  if (!pairs.has(identifier.pair)) {
    pairs.set(identifier.pair, { place: builder.place, left: value['left_url'], right: value['right_url'] })
  }
  const images = imagesOf(identifier, value['directory'])
  const example = {
    kind: 'statement' as const,
    split: options.split,
    externalId: identifier.text,
    text: sentence,
    label,
    answers: [],
    answerType: null,
    groupKey: identifier.group,
    imageKeys: images.map((image) => image.key),
  }
  return builder.build({ images, examples: [example] })
}

/** `malformed/nlvr2_dev.json` says dev as `dev.json` does. */
function splitOfFile(fileName: string): string | null {
  return /(?:^|[^a-z])(train|dev|test1|test2)\.jsonl?$/.exec(fileName)?.[1] ?? null
}

function readLabel(label: unknown, builder: RecordBuilder): 'true' | 'false' | null {
  if (label === true || label === 'True' || label === 'true') return 'true'
  if (label === false || label === 'False' || label === 'false') return 'false'
  if (label === undefined) builder.refuse('label-missing', 'label', 'label is missing (prediction-only record?)')
  else
    builder.refuse(
      'label-value',
      'label',
      `label ${typeof label === 'string' ? `"${label}"` : `is ${describe(label)},`} is not True or False`,
    )
  return null
}

function readSentence(sentence: unknown, builder: RecordBuilder): string | null {
  if (typeof sentence !== 'string') {
    if (sentence === undefined) builder.refuse('sentence-missing', 'sentence', 'sentence is missing')
    else builder.refuse('sentence-type', 'sentence', `sentence is ${describe(sentence)}, text expected`)
    return null
  }
  if (sentence.trim() !== '') return sentence.trim()
  builder.refuse('sentence-empty', 'sentence', 'sentence is empty')
  return null
}

interface Identifier {
  text: string
  split: string
  /** `dev-850-0`: names the two image files. */
  pair: string
  /** Set and sentence: the pairs of one sentence. */
  group: string
  sentence: number
}

function readIdentifier(value: unknown, builder: RecordBuilder): Identifier | null {
  if (typeof value !== 'string') {
    builder.refuse('identifier-form', 'identifier', `identifier is ${describe(value)}${value === undefined ? '' : ', text expected'}`)
    return null
  }
  const match = /^([a-z]+\d?)-(\d+)-(\d+)(?:-(\d+))?$/.exec(value)
  if (!match?.[4]) {
    const reason = match
      ? `identifier "${value}" lacks the sentence number`
      : `identifier "${value}" is not of the form split-set-pair-sentence`
    builder.refuse('identifier-form', 'identifier', reason)
    return null
  }
  const [, split = '', set = '', pair = '', sentence] = match
  return { text: value, split, pair: `${split}-${set}-${pair}`, group: `${split}-${set}-${sentence}`, sentence: Number(sentence) }
}

/** A pair keeps its photos; which file is at hand decides, so a missing address is harmless. */
function checkPair(value: Record<string, unknown>, builder: RecordBuilder, identifier: Identifier, pairs: Pairs): void {
  for (const field of ['left_url', 'right_url']) {
    if (field in value && typeof value[field] !== 'string') {
      builder.warn('url-missing', field, `${field} is ${describe(value[field])} (harmless where the image file exists)`)
    }
  }
  const known = pairs.get(identifier.pair)
  const reasons: string[] = []
  if (known && known.left !== value['left_url']) reasons.push(`pair ${identifier.pair} was given another left_url on ${known.place}`)
  if (known && known.right !== value['right_url']) reasons.push(`pair ${identifier.pair} was given another right_url on ${known.place}`)
  if (identifier.sentence > 1) reasons.push(`sentence number ${identifier.sentence} is not 0 or 1`)
  if (reasons.length > 0) builder.refuse('pair-conflict', 'identifier', reasons.join('; '))
}

function imagesOf(identifier: Identifier, directory: unknown): ImageRef[] {
  return [0, 1].map((side) => {
    const name = `${identifier.pair}-img${side}.png`
    const folder =
      typeof directory === 'number' || typeof directory === 'string' ? [`train/${directory}/${name}`, `${directory}/${name}`] : []
    return { key: `${identifier.pair}-img${side}`, candidates: [...folder, `${identifier.split}/${name}`, name] }
  })
}
