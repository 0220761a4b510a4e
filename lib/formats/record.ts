export type ProblemSeverity = 'notice' | 'warning' | 'refused'
export type Split = 'train' | 'restval' | 'val' | 'test'
export type ExampleKind = 'caption' | 'question' | 'statement' | 'hypothesis'

/** A located fault. `refused` sets the record aside (its raw text is kept), `warning` takes it, `notice` is worth knowing. */
export interface Problem {
  severity: ProblemSeverity
  code: string
  /** `line 8`, or a path such as `annotations[412]`; empty for the whole file. */
  place: string
  field: string | null
  reason: string
  raw: string | null
}

/** Where a record's bytes lie in its file, for a look at them later; null where the file was read in another encoding. */
export interface Span {
  offset: number
  size: number
}

/** How a record names an image. The first candidate that exists wins; then base names, then (where given) the number at a file name's end. */
export interface ImageRef {
  /** The dataset's own name of the image; one key is one image. */
  key: string
  candidates: string[]
  number?: number
  /** The photo's id in COCO and at Flickr, where the record or the file's name tells it. */
  cocoId?: number
  flickrId?: string
  /** Part of the file that is the image, in pixels: NLVR keeps three boxes in one strip. */
  crop?: { left: number; top: number; width: number; height: number }
}

export interface ParsedExample {
  kind: ExampleKind
  split: Split
  externalId: string
  text: string
  label: string | null
  answers: string[]
  answerType: string | null
  groupKey: string | null
  imageKeys: string[]
  /** Part of the image that the text is about: x, y, width and height in pixels. */
  box?: [number, number, number, number]
  /** Where it stands inside its record, when the record holds several. */
  place?: string
}

/** Answers to a question that another file holds. */
export interface ParsedAnnotation {
  questionId: string
  imageId: string | null
  label: string | null
  answers: string[]
  answerType: string | null
  questionType: string | null
}

/** A labelled box, in pixels of the image file, top-left origin. */
export interface ParsedObject {
  imageKey: string
  category: string
  attributes: Record<string, unknown>
  x: number
  y: number
  width: number
  height: number
}

/** One record of a file. `accepted` false: it was set aside, and `problems` says why. */
export interface ParsedRecord {
  place: string
  span: Span | null
  accepted: boolean
  images: ImageRef[]
  examples: ParsedExample[]
  objects: ParsedObject[]
  annotation: ParsedAnnotation | null
  /** Ids of examples that were set aside and yet hold their ids: a later example of such an id repeats it. */
  held: string[]
  problems: Problem[]
}

/** What a parser yields: a record, a problem of the file as a whole, or which part of the data (`train2014`) the file says to be. */
export type ParsedItem = { record: ParsedRecord } | { problem: Problem } | { subtype: string }

export interface ParseOptions {
  /** Base name of the file: it tells a split where the records do not. */
  fileName: string
  /** The slot the user put the file in; ignored by formats whose records name their split. */
  split: Split
}

export const rawLimitBytes = 64 * 1024

/** A record as text for export and repair; numbers beyond 2^53 keep their digits. */
export function rawText(value: unknown): string {
  const digits: string[] = []
  const text = JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'bigint') return inner
    digits.push(inner.toString())
    return `bigint:${inner}`
  })
  const exact = digits.length === 0 ? text : text.replaceAll(/"bigint:(-?\d+)"/g, '$1')
  return (exact ?? 'undefined').slice(0, rawLimitBytes)
}

export type RecordContent = Partial<Pick<ParsedRecord, 'images' | 'examples' | 'objects' | 'annotation'>>

/** Collects the problems of one record; a refused one sets the record aside. */
export class RecordBuilder {
  readonly place: string
  readonly span: Span | null
  readonly #raw: () => string
  readonly #problems: Problem[] = []
  #accepted = true

  constructor(place: string, raw: () => string, span: Span | null = null) {
    this.place = place
    this.span = span
    this.#raw = raw
  }

  refuse(code: string, field: string | null, reason: string, place = this.place): void {
    this.#accepted = false
    this.#add('refused', code, field, reason, place)
  }

  warn(code: string, field: string | null, reason: string, place = this.place): void {
    this.#add('warning', code, field, reason, place)
  }

  get accepted(): boolean {
    return this.#accepted
  }

  /** The finished record; a refused one carries nothing but its problems. */
  build(content: RecordContent = {}, held: string[] = []): ParsedItem {
    const kept = this.#accepted ? content : {}
    return {
      record: {
        place: this.place,
        span: this.span,
        accepted: this.#accepted,
        images: kept.images ?? [],
        examples: kept.examples ?? [],
        objects: kept.objects ?? [],
        annotation: kept.annotation ?? null,
        held,
        problems: this.#problems,
      },
    }
  }

  #add(severity: ProblemSeverity, code: string, field: string | null, reason: string, place: string): void {
    this.#problems.push({ severity, code, place, field, reason, raw: this.#raw() })
  }
}

export function fileProblem(severity: ProblemSeverity, code: string, reason: string, place = '', raw: string | null = null): ParsedItem {
  return { problem: { severity, code, place, field: null, reason, raw } }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `"abc" is text`, `null`, `an array`: how a report names a value of the wrong type. */
export function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'string') return `text`
  if (typeof value === 'bigint' || typeof value === 'number') return 'a number'
  if (typeof value === 'boolean') return `the boolean ${value}`
  return 'an object'
}

/** True for a path that would leave its root: absolute, with a drive, with `..`, or with a NUL. */
export function leavesRoot(name: string): boolean {
  return /^([/\\]|[a-z]:)/i.test(name) || name.split(/[/\\]/).includes('..') || name.includes('\0')
}
