import type { Readable } from 'node:stream'
import { parseLineRecords } from './line-records.ts'
import { describe, leavesRoot, type ImageRef, type ParsedItem, type ParseOptions, type RecordBuilder } from './record.ts'

const labels = new Set<unknown>(['entailment', 'neutral', 'contradiction'])

/** SNLI-VE: one object a line. `sentence2` is the hypothesis; `sentence1`, the premise in words, is never used. */
export function parseSnliVe(source: Readable, options: ParseOptions): AsyncGenerator<ParsedItem[]> {
  return parseLineRecords(source, (value, builder) => parseRecord(value, builder, options))
}

function parseRecord(value: Record<string, unknown>, builder: RecordBuilder, options: ParseOptions): ParsedItem {
  const label = readLabel(value['gold_label'], builder)
  const hypothesis = readHypothesis(value['sentence2'], builder)
  const pairId = readPairId(value['pairID'], builder)
  const image = readImage(value, pairId, builder)
  if (!builder.accepted || label === null || hypothesis === null || pairId === null || image === null) return builder.build()
  const example = {
    kind: 'hypothesis' as const,
    split: options.split,
    externalId: pairId,
    text: hypothesis,
    label,
    answers: [],
    answerType: null,
    groupKey: null,
    imageKeys: [image],
  }
  return builder.build({ images: [imageOf(image)], examples: [example] })
}

function imageOf(image: string): ImageRef {
  const ref = { key: image, candidates: [`${image}.jpg`, `${image}.png`] }
  return /^\d+$/.test(image) ? { ...ref, flickrId: image } : ref
}

function readLabel(label: unknown, builder: RecordBuilder): string | null {
  if (typeof label === 'string' && labels.has(label)) return label
  if (label === '-') builder.refuse('gold-label-dash', 'gold_label', 'gold_label "-": the annotators disagreed; set aside, not guessed')
  else if (label === undefined) builder.refuse('gold-label-missing', 'gold_label', 'gold_label is missing')
  else {
    const shown = typeof label === 'string' ? `"${label}"` : describe(label)
    builder.refuse('gold-label-value', 'gold_label', `gold_label ${shown} is not entailment, neutral or contradiction`)
  }
  return null
}

function readHypothesis(text: unknown, builder: RecordBuilder): string | null {
  if (typeof text === 'string' && text.trim() !== '') return text.trim()
  const shown = typeof text === 'string' ? 'empty' : describe(text)
  builder.refuse('hypothesis-empty', 'sentence2', `sentence2 (the hypothesis) is ${shown}`)
  return null
}

function readPairId(value: unknown, builder: RecordBuilder): string | null {
  if (typeof value !== 'string' || value === '') {
    builder.refuse('pair-id', 'pairID', `pairID is ${value === '' ? 'empty' : describe(value)}`)
    return null
  }
  return value
}

/** The photo's id without `.jpg`; both spellings of the field, else the id inside pairID. */
function readImage(value: Record<string, unknown>, pairId: string | null, builder: RecordBuilder): string | null {
  const inPair = pairId?.split('#')[0]?.replace(/\.jpg$/i, '') ?? null
  const field = value['Flickr30K_ID'] === undefined ? 'Flikr30kID' : 'Flickr30K_ID'
  const given = value[field]
  if (given === undefined || given === null || given === '') {
    if (inPair === null) builder.refuse('image-id-missing', 'Flickr30K_ID', 'neither Flickr30K_ID nor Flikr30kID')
    else builder.warn('image-id-missing', 'Flickr30K_ID', `neither Flickr30K_ID nor Flikr30kID: the id ${inPair} of pairID is used`)
    return inPair
  }
  if (typeof given === 'number') {
    builder.warn('image-id-number', field, `${field} is a number: leading digits may be lost; the id in pairID is used`)
    return inPair ?? String(given)
  }
  const id = String(given as string).replace(/\.jpg$/i, '')
  if (id.startsWith('vg_')) builder.refuse('vg-image', field, 'a Visual Genome premise (vg_): not part of SNLI-VE')
  else if (leavesRoot(id)) builder.refuse('path-escape', field, `${field} leaves the image folder: refused`)
  else if (inPair !== null && id !== inPair && /^\d+$/.test(inPair)) {
    builder.refuse('image-id-mismatch', field, `${field} ${id} differs from the image in pairID, ${inPair}`)
  }
  return id
}
