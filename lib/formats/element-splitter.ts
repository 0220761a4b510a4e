import { CLOSE_LIST, CLOSE_OBJECT, COLON, COMMA, NestedScan, OPEN_LIST, OPEN_OBJECT, QUOTE, TextPlace } from './nested-scan.ts'
import type { Span } from './record.ts'

/** An element's bytes and where it stands: in an array directly below the top, or as another top-level value (index null). */
export interface RawElement extends Span {
  section: string
  index: number | null
  bytes: Buffer
  /** Place of its first byte in the text, both from 1. */
  line: number
  column: number
  /** Whether it holds a number that may be beyond 2^53. */
  hasLongNumber: boolean
}

/** No record of any format comes near: beyond it a quote or a bracket is missing. */
export const elementLimitBytes = 64 * 1024 * 1024

type Expects = 'top' | 'first' | 'value' | 'separator' | 'key' | 'first-key' | 'colon' | 'section' | 'end'

/**
 * Cuts the bytes of a JSON file into its elements without building any value: it counts brackets and skips texts. What stands between
 * elements is checked here, what is inside one when it is parsed.
 */
export class ElementSplitter {
  section = ''
  index: number | null = null
  complete = 0
  /** What is wrong between elements; reading ends there. */
  fault: { line: number; column: number; reason: string } | null = null
  #expects: Expects = 'top'
  #isTopList = false
  #inSection = false
  /** Bytes of the element under way from earlier chunks. */
  #parts: Buffer[] = []
  #partBytes = 0
  #start: { offset: number; line: number; column: number } | null = null
  #isScalar = false
  #isKey = false
  #scan = new NestedScan()
  readonly #text = new TextPlace()
  /** Bytes before the current chunk. */
  #base = 0

  get isFinished(): boolean {
    return this.#expects === 'end'
  }

  /** Where reading stands: the element being read, or the next one. */
  get place(): string {
    return this.index === null ? this.section : `${this.section}[${this.index}]`
  }

  push(chunk: Buffer): RawElement[] {
    const ready: RawElement[] = []
    let at = 0
    while (at < chunk.length && this.fault === null) at = this.#start === null ? this.#between(chunk, at) : this.#inside(chunk, at, ready)
    if (this.#start !== null && this.fault === null) this.#keep(chunk.subarray(Math.max(0, this.#start.offset - this.#base)))
    this.#base += chunk.length
    return ready
  }

  #keep(part: Buffer): void {
    this.#partBytes += part.length
    if (this.#partBytes <= elementLimitBytes) this.#parts.push(part)
    else this.#fail(`the record is larger than ${elementLimitBytes} bytes: perhaps a quote or a bracket is missing`, this.#start)
  }

  /** White space, separators and the start of the next element. */
  #between(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number
      if (byte === 10) this.#text.newLine(this.#base + at)
      if (byte === 32 || byte === 10 || byte === 13 || byte === 9) continue
      const before = this.#expects
      if (before === 'top') this.#openTop(byte, at)
      else if (before === 'separator' && byte === COMMA) this.#expects = this.#isTopList || this.#inSection ? 'value' : 'key'
      else if (before === 'colon' && byte === COLON) this.#expects = 'section'
      else if (this.#closes(byte)) this.#close()
      else if (before === 'section' && byte === OPEN_LIST) {
        this.#inSection = true
        this.index = 0
        this.#expects = 'first'
      } else if (this.#begins(byte)) {
        this.#begin(byte, at)
        return at
      } else this.#unexpected(byte, at)
      if (this.fault) return chunk.length
    }
    return chunk.length
  }

  #begins(byte: number): boolean {
    if (this.#expects === 'key' || this.#expects === 'first-key') return byte === QUOTE
    if (this.#expects !== 'value' && this.#expects !== 'first' && this.#expects !== 'section') return false
    return byte !== COMMA && byte !== COLON && byte !== CLOSE_LIST && byte !== CLOSE_OBJECT
  }

  #closes(byte: number): boolean {
    if (this.#expects !== 'separator' && this.#expects !== 'first' && this.#expects !== 'first-key') return false
    return byte === (this.#isTopList || this.#inSection ? CLOSE_LIST : CLOSE_OBJECT)
  }

  #openTop(byte: number, at: number): void {
    if (byte !== OPEN_LIST && byte !== OPEN_OBJECT) return this.#unexpected(byte, at)
    this.#isTopList = byte === OPEN_LIST
    this.index = this.#isTopList ? 0 : null
    this.#expects = this.#isTopList ? 'first' : 'first-key'
  }

  #close(): void {
    if (this.#inSection) {
      this.#inSection = false
      this.index = null
      this.#expects = 'separator'
    } else this.#expects = 'end'
  }

  #begin(byte: number, at: number): void {
    this.#start = { offset: this.#base + at, ...this.#text.at(this.#base + at) }
    this.#isKey = this.#expects === 'key' || this.#expects === 'first-key'
    this.#isScalar = byte !== OPEN_LIST && byte !== OPEN_OBJECT && byte !== QUOTE
    this.#parts = []
    this.#partBytes = 0
    this.#scan = new NestedScan()
  }

  /** Goes to the end of the element under way, or of the chunk. */
  #inside(chunk: Buffer, from: number, ready: RawElement[]): number {
    const scan = this.#scan
    const end = this.#isScalar ? scan.endOfScalar(chunk, from) : scan.end(chunk, from, this.#base, this.#text)
    if (end === -1) return chunk.length
    const start = this.#start as { offset: number; line: number; column: number }
    const part = chunk.subarray(Math.max(0, start.offset - this.#base), end)
    const bytes = this.#parts.length === 0 ? part : Buffer.concat([...this.#parts, part])
    this.#start = null
    this.#parts = []
    if (this.#isKey) this.#takeKey(bytes, start)
    else {
      const { section, index } = this
      ready.push({ section, index, bytes, ...start, size: bytes.length, hasLongNumber: scan.hasLongNumber })
      this.#expects = 'separator'
      if (index !== null) {
        this.index = index + 1
        this.complete += 1
      }
    }
    return end
  }

  #takeKey(bytes: Buffer, start: { line: number; column: number }): void {
    try {
      this.section = JSON.parse(bytes.toString()) as string
      this.#expects = 'colon'
    } catch (error) {
      this.#fail((error as Error).message, start)
    }
  }

  #unexpected(byte: number, at: number): void {
    const wanted = { separator: 'a comma or the end of the list', colon: 'a colon', key: 'a name', end: 'nothing more' } as const
    const expected = wanted[this.#expects as keyof typeof wanted] ?? 'a value'
    this.#fail(`unexpected ${JSON.stringify(String.fromCharCode(byte))}, ${expected} expected`, this.#text.at(this.#base + at))
  }

  #fail(reason: string, at: { line: number; column: number } | null): void {
    this.fault = { reason, line: at?.line ?? 1, column: at?.column ?? 1 }
  }
}
