import { rawText, type ParsedExample, type ParsedRecord, type Problem } from '#lib/formats/record'
import type { ImportFormat } from '#lib/services/imports/format-catalog'

/** Longer ones are no captions, questions or statements of a picture; the search in texts ends at a megabyte. */
export const longestText = 100_000
/** Of an id, a label, or an image's name: an index holds them whole. */
export const longestName = 500

const textFields: Record<ImportFormat, string | null> = {
  coco_captions: 'caption',
  coco_karpathy: 'raw',
  flickr_tokens: null,
  visual_genome: 'phrase',
  vqa_v2: 'question',
  nlvr2: 'sentence',
  nlvr: 'sentence',
  snli_ve: 'sentence2',
  json_lines: 'text',
}

type Fault = Pick<Problem, 'code' | 'field' | 'reason'>

/** The record without examples that the database cannot hold or search; one that loses all of them is refused. */
export function withinLimits(format: ImportFormat, record: ParsedRecord): ParsedRecord {
  if (record.images.every(isShortKey) && record.examples.every(isWithin)) return record
  const faults = record.examples.map((example) => faultOf(format, example))
  const examples = record.examples.filter((_, i) => faults[i] === null)
  const images = record.images.filter(isShortKey)
  const isRefused = examples.length === 0
  const severity = isRefused ? ('refused' as const) : ('warning' as const)
  const problems = faults.flatMap((fault, i) => (fault ? [problemOf(record, record.examples[i], fault, severity)] : []))
  const long = record.images.find((image) => !isShortKey(image))
  if (long && problems.length === 0) problems.push(problemOf(record, undefined, nameFault('an image name', long.key), severity))
  return {
    ...record,
    accepted: record.accepted && !isRefused,
    images: isRefused ? [] : images,
    examples,
    objects: isRefused ? [] : record.objects,
    problems: [...record.problems, ...problems],
  }
}

const isShort = (name: string) => name.length <= longestName
const isShortKey = ({ key }: { key: string }) => isShort(key)
const isWithin = ({ text, externalId, label, imageKeys }: ParsedExample) =>
  text.length <= longestText && isShort(externalId) && (label === null || isShort(label)) && imageKeys.every(isShort)

function faultOf(format: ImportFormat, { externalId, text, label, imageKeys }: ParsedExample): Fault | null {
  if (text.length > longestText)
    return {
      code: 'text-long',
      field: textFields[format],
      reason: `a text of ${text.length} characters, more than ${longestText}: left out`,
    }
  if (!isShort(externalId)) return nameFault('an id', externalId)
  if (label !== null && !isShort(label)) return nameFault('a label', label)
  const key = imageKeys.find((name) => !isShort(name))
  return key === undefined ? null : nameFault('an image name', key)
}

const nameFault = (what: string, name: string): Fault => ({
  code: 'name-long',
  field: null,
  reason: `${what} of ${name.length} characters, more than ${longestName}: left out`,
})

function problemOf(record: ParsedRecord, example: ParsedExample | undefined, fault: Fault, severity: Problem['severity']): Problem {
  const raw = rawText({ id: example?.externalId.slice(0, longestName) ?? null, text: example?.text.slice(0, longestName) ?? null })
  return { severity, place: example?.place ?? record.place, raw, ...fault }
}
