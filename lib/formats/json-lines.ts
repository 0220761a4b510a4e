import type { Readable } from 'node:stream'
import { parseLineRecords } from './line-records.ts'
import {
  describe,
  leavesRoot,
  type ExampleKind,
  type ParsedExample,
  type ParsedItem,
  type ParseOptions,
  type RecordBuilder,
  type Split,
} from './record.ts'

const splits = ['train', 'restval', 'val', 'test'] as const
const kinds = ['caption', 'question', 'statement', 'hypothesis'] as const
const fields = new Set(['image', 'images', 'kind', 'split', 'id', 'text', 'label', 'answers', 'group'])
const labels: Partial<Record<ExampleKind, readonly string[]>> = {
  statement: ['true', 'false'],
  hypothesis: ['entailment', 'neutral', 'contradiction'],
}

/** SOHO Lab's own form, for private data: one example a line; docs/json-lines.md describes it. */
export function parseJsonLines(source: Readable, options: ParseOptions): AsyncGenerator<ParsedItem[]> {
  return parseLineRecords(source, (value, builder) => parseRecord(value, builder, options))
}

function parseRecord(value: Record<string, unknown>, builder: RecordBuilder, options: ParseOptions): ParsedItem {
  const images = readImages(value, builder)
  const kind = readOneOf(value['kind'], 'kind', kinds, 'caption', builder)
  const split = readOneOf<Split>(value['split'], 'split', splits, options.split, builder)
  const text = readText(value['text'], builder)
  const answers = readAnswers(value['answers'], kind, builder)
  const label = readLabel(value['label'], kind, answers, builder)
  const group = readId(value['group'], 'group', builder)
  const id = readId(value['id'], 'id', builder)
  const unknown = Object.keys(value).filter((field) => !fields.has(field))
  if (unknown.length > 0) builder.warn('unknown-field', unknown[0] ?? null, `unknown fields are ignored: ${unknown.join(', ')}`)
  if (!builder.accepted || text === null || kind === null || split === null) return builder.build()
  const example: ParsedExample = {
    ...{
      kind,
      split,
      externalId: id ?? `${options.fileName}:${builder.place.replace('line ', '')}`,
      text,
      label,
      answers,
      answerType: null,
      groupKey: group,
    },
    imageKeys: images,
  }
  return builder.build({ images: images.map((name) => ({ key: name, candidates: [name] })), examples: [example] })
}

function readImages(value: Record<string, unknown>, builder: RecordBuilder): string[] {
  const field = value['images'] === undefined ? 'image' : 'images'
  const given = value[field]
  if (field === 'images' && value['image'] !== undefined) builder.refuse('image-twice', 'image', 'image and images: give one of them')
  const names = field === 'images' ? given : [given]
  if (given === undefined) builder.refuse('image-missing-field', 'image', 'neither image nor images')
  else if (!Array.isArray(names) || names.length === 0)
    builder.refuse('images-type', field, `images is ${Array.isArray(names) ? 'empty' : describe(names)}, a list of paths expected`)
  else if (names.length > 8) builder.refuse('images-count', field, `${names.length} images, 8 at most`)
  else {
    const wrong = (names as unknown[]).find((name) => typeof name !== 'string' || name.trim() === '')
    const escaping = (names as unknown[]).find((name) => typeof name === 'string' && leavesRoot(name))
    if (names.includes(wrong)) builder.refuse('image-type', field, `the path is ${wrong === '' ? 'empty' : describe(wrong)}, text expected`)
    if (escaping !== undefined) builder.refuse('path-escape', field, `"${String(escaping)}" leaves the image folder: refused`)
  }
  return builder.accepted ? (names as string[]) : []
}

function readOneOf<T extends string>(given: unknown, field: string, values: readonly T[], fallback: T, builder: RecordBuilder): T | null {
  if (given === undefined) return fallback
  const found = values.find((value) => value === given)
  if (found) return found
  const shown = typeof given === 'string' ? `"${given}"` : `is ${describe(given)},`
  builder.refuse(`${field}-value`, field, `${field} ${shown} is not one of ${values.join(', ')}`)
  return null
}

function readText(text: unknown, builder: RecordBuilder): string | null {
  if (typeof text === 'string' && text.trim() !== '') return text.trim()
  if (typeof text === 'string') builder.refuse('text-empty', 'text', 'text is empty')
  else builder.refuse('text-type', 'text', `text is ${describe(text)}${text === undefined ? '' : ', text expected'}`)
  return null
}

function readAnswers(given: unknown, kind: ExampleKind | null, builder: RecordBuilder): string[] {
  if (given === undefined) return []
  if (!Array.isArray(given)) builder.refuse('answers-type', 'answers', `answers is ${describe(given)}, a list of texts expected`)
  else if (kind !== 'question')
    builder.refuse('answers-kind', 'answers', `answers belong to questions, not to a ${kind ?? 'record without a kind'}`)
  else {
    const at = (given as unknown[]).findIndex((answer) => typeof answer !== 'string' || answer.trim() === '')
    if (at === -1) return (given as string[]).map((answer) => answer.trim())
    builder.refuse('answer-type', 'answers', `answers[${at}] is ${given[at] === '' ? 'empty' : describe(given[at])}, text expected`)
  }
  return []
}

function readLabel(given: unknown, kind: ExampleKind | null, answers: string[], builder: RecordBuilder): string | null {
  const allowed = kind === null ? undefined : labels[kind]
  const label = typeof given === 'boolean' ? String(given) : given
  if (label === undefined) {
    if (allowed) builder.refuse('label-missing', 'label', `label is missing: a ${kind} needs one of ${allowed.join(', ')}`)
    return kind === 'question' ? mostFrequent(answers) : null
  }
  if (typeof label !== 'string') builder.refuse('label-type', 'label', `label is ${describe(given)}, text expected`)
  else if (allowed && !allowed.includes(label))
    builder.refuse('label-value', 'label', `label "${label}" is not one of ${allowed.join(', ')}`)
  else return label
  return null
}

function mostFrequent(answers: string[]): string | null {
  const counts = new Map<string, number>()
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null
}

function readId(given: unknown, field: string, builder: RecordBuilder): string | null {
  if (given === undefined) return null
  if (typeof given === 'string' && given !== '') return given
  if (typeof given === 'number' || typeof given === 'bigint') return String(given)
  builder.refuse(`${field}-type`, field, `${field} is ${given === '' ? 'empty' : describe(given)}, text or a whole number expected`)
  return null
}
