import type { Readable } from 'node:stream'
import { parseLineRecords } from './line-records.ts'
import { describe, isObject, type ImageRef, type ParsedItem, type ParseOptions, type RecordBuilder } from './record.ts'

/**
 * NLVR v1: one object a line; the picture is a 400x100 strip of three boxes. An example becomes a statement about its three boxes,
 * cut from the strip in the order of `structured_rep` (file `…-0.png`).
 */
export function parseNlvr(source: Readable, options: ParseOptions): AsyncGenerator<ParsedItem[]> {
  return parseLineRecords(source, (value, builder) => parseRecord(value, builder, options))
}

function parseRecord(value: Record<string, unknown>, builder: RecordBuilder, options: ParseOptions): ParsedItem {
  const label = readLabel(value['label'], builder)
  const sentence = value['sentence']
  if (typeof sentence !== 'string') builder.refuse('sentence-type', 'sentence', `sentence is ${describe(sentence)}, text expected`)
  else if (sentence.trim() === '') builder.refuse('sentence-empty', 'sentence', 'sentence is empty')
  const identifier = readIdentifier(value['identifier'], builder)
  checkBoxes(value['structured_rep'], builder)
  if (value['directory'] === undefined) builder.warn('directory-missing', 'directory', 'directory is missing: images are searched by name')
  if (!builder.accepted || identifier === null || label === null || typeof sentence !== 'string') return builder.build()
  const images = boxesOf(identifier, value['directory'], options)
  const example = {
    kind: 'statement' as const,
    split: options.split,
    externalId: identifier,
    text: sentence.trim(),
    label,
    answers: [],
    answerType: null,
    groupKey: identifier.split('-')[0] ?? identifier,
    imageKeys: images.map((image) => image.key),
  }
  return builder.build({ images, examples: [example] })
}

function readLabel(label: unknown, builder: RecordBuilder): 'true' | 'false' | null {
  if (label === 'true' || label === 'false') return label
  if (typeof label === 'boolean') {
    builder.warn('label-value', 'label', `label is the boolean ${label}, the text "true" or "false" expected: accepted`)
    return label ? 'true' : 'false'
  }
  if (label === undefined) builder.refuse('label-missing', 'label', 'label is missing (prediction-only record?)')
  else
    builder.refuse(
      'label-value',
      'label',
      `label ${typeof label === 'string' ? `"${label}"` : `is ${describe(label)},`} is not "true" or "false"`,
    )
  return null
}

function readIdentifier(value: unknown, builder: RecordBuilder): string | null {
  if (typeof value !== 'string' || !/^\d+-\d+$/.test(value)) {
    const shown = typeof value === 'string' ? `"${value}" is not of the form n-m` : `is ${describe(value)}`
    builder.refuse('identifier-form', 'identifier', `identifier ${shown}`)
    return null
  }
  return value
}

const itemFields = { type: 'string', color: 'string', size: 'number', x_loc: 'number', y_loc: 'number' } as const

/** The drawing of the boxes is optional; where it stands it must be whole. */
function checkBoxes(boxes: unknown, builder: RecordBuilder): void {
  if (boxes === undefined) return
  if (!Array.isArray(boxes)) return builder.refuse('boxes', 'structured_rep', `structured_rep is ${describe(boxes)}, 3 boxes expected`)
  if (boxes.length !== 3) return builder.refuse('boxes', 'structured_rep', `structured_rep has ${boxes.length} boxes, 3 expected`)
  for (const [boxIndex, box] of boxes.entries()) {
    for (const [itemIndex, item] of (Array.isArray(box) ? (box as unknown[]) : []).entries()) {
      const faults = itemFaults(item)
      if (faults.length > 0) {
        builder.refuse('item-field', 'structured_rep', `${faults.join(' and ')} in box ${boxIndex + 1}, item ${itemIndex + 1}`)
      }
    }
  }
}

function itemFaults(item: unknown): string[] {
  if (!isObject(item)) return [`the item is ${describe(item)}`]
  return Object.entries(itemFields)
    .filter(([field, type]) => typeof item[field] !== type)
    .map(([field]) => `${field} is ${describe(item[field])}`)
}

const boxLefts = [0, 150, 300]

function boxesOf(identifier: string, directory: unknown, options: ParseOptions): ImageRef[] {
  const fromFile = /(?:^|[^a-z])(train|dev|test|hidden)\.jsonl?$/.exec(options.fileName)?.[1]
  const prefixes = new Set([
    ...(fromFile ? [fromFile] : []),
    options.split === 'val' ? 'dev' : options.split,
    'train',
    'dev',
    'test',
    'hidden',
  ])
  const names = [...prefixes].map((prefix) => `${prefix}-${identifier}-0.png`)
  const first = names[0] ?? identifier
  const inFolder = typeof directory === 'string' ? [`images/${directory}/${first}`, `${directory}/${first}`] : []
  const candidates = [...inFolder, ...names]
  return boxLefts.map((left, box) => ({
    key: `${first.replace(/\.png$/, '')}#${box}`,
    candidates,
    crop: { left, top: 0, width: 100, height: 100 },
  }))
}
