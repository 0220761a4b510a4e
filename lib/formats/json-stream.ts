import { ElementSplitter, type RawElement } from './element-splitter.ts'
import { utf8Chunks, type OpenedFile } from './open-text.ts'
import type { Span } from './record.ts'

interface Fault {
  code: string
  place: string
  reason: string
}

/**
 * An element of a JSON file: of any array directly under the top-level object (`images[3]`), or of a top-level array (`[3]`).
 * Other top-level values come whole, with index null. Integers beyond 2^53 come as bigint.
 * A syntax error or an early end comes last, as a fault, after every complete element before it.
 */
export type JsonElement = { section: string; index: number | null; place: string; value: unknown; span: Span } | { fault: Fault }

/** The elements of a file, as many at a time as a piece of it holds. */
export async function* readJson(file: OpenedFile): AsyncGenerator<JsonElement[]> {
  const splitter = new ElementSplitter()
  const count = { complete: 0 }
  for await (const chunk of utf8Chunks(file)) {
    const elements = splitter.push(chunk)
    const batch: JsonElement[] = []
    const fault = parseAll(elements, batch, count) ?? (splitter.fault && faultBetween(splitter, count.complete))
    if (fault) batch.push({ fault })
    if (batch.length > 0) yield batch
    if (fault) return
  }
  if (!splitter.isFinished) yield [{ fault: faultAtEnd(splitter, count.complete) }]
}

/** Parses until the first element that is not JSON, and returns its fault. */
function parseAll(elements: RawElement[], batch: JsonElement[], count: { complete: number }): Fault | null {
  for (const element of elements) {
    const { section, index, bytes, offset, size } = element
    const place = index === null ? section : `${section}[${index}]`
    const text = bytes.toString()
    try {
      const value: unknown = element.hasLongNumber ? parseExactly(text) : JSON.parse(text)
      batch.push({ section, index, place, value, span: { offset, size } })
      if (index !== null) count.complete += 1
    } catch (error) {
      return syntaxFault(element, place, text, error as Error, count.complete)
    }
  }
  return null
}

const longNumber = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g
const mark = '\u{1}bigint:'
const marked = new RegExp(`^${mark}-?\\d+$`)

/** Numbers beyond 2^53 keep their digits. */
export function parseExactly(text: string): unknown {
  const isExact = (part: string) => part.startsWith('"') || Number.isSafeInteger(Number(part))
  const safe = text.replaceAll(longNumber, (part) => (isExact(part) ? part : JSON.stringify(mark + part)))
  JSON.parse(text)
  return JSON.parse(safe, (_key, value: unknown) =>
    typeof value === 'string' && marked.test(value) ? BigInt(value.slice(mark.length)) : value,
  )
}

const kept = (complete: number) => `the ${complete} complete records before it are kept`

function faultBetween({ fault, place }: ElementSplitter, complete: number): Fault {
  const reason = `not valid JSON at line ${fault?.line}, column ${fault?.column}: ${fault?.reason}; ${kept(complete)}`
  return { code: 'json-syntax', place, reason }
}

function syntaxFault(element: { line: number; column: number }, place: string, text: string, error: Error, complete: number): Fault {
  const found = findFault(text, error)
  const before = text.slice(0, found.at ?? 0).split('\n')
  const column = before.length > 1 ? (before.at(-1) ?? '').length + 1 : element.column + (before[0] ?? '').length
  const at = `line ${element.line + before.length - 1}, column ${column}`
  return {
    code: 'json-syntax',
    place,
    reason: `not valid JSON at ${at}${found.at === null ? ' or after' : ''}: ${found.cause}; ${kept(complete)}`,
  }
}

/** Where in a text and why it is not JSON; Python's numbers first, which V8 only names as an unexpected letter. */
export function findFault(text: string, error: Error): { at: number | null; cause: string } {
  const notANumber = [...text.matchAll(/"(?:[^"\\]|\\.)*"|(?<!\w)(NaN|-?Infinity)(?!\w)/g)].find((match) => match[1] !== undefined)
  if (notANumber) return { at: notANumber.index, cause: `${notANumber[1]} is not JSON` }
  const position = /position (\d+)/.exec(error.message)?.[1]
  const cause = error.message.replace(/ in JSON at position.*| \(line \d+.*|, (\.\.\.)?"[^]* is not valid JSON$/, '')
  if (position !== undefined) return { at: Number(position), cause }
  return { at: error.message.includes('end of JSON') ? text.length : positionOfToken(text), cause }
}

/** V8 names no position where the text is short: the longest start that could still become JSON ends there. */
function positionOfToken(text: string): number | null {
  for (let end = 1; end <= Math.min(text.length, 200); end++) {
    try {
      JSON.parse(text.slice(0, end))
    } catch (error) {
      if (!/end of JSON|Unterminated|position/.test((error as Error).message)) return end - 1
    }
  }
  return null
}

function faultAtEnd(splitter: ElementSplitter, complete: number): Fault {
  const { place } = splitter
  const reason = `the file ends in the middle of a record; ${kept(complete)}`
  return { code: 'truncated', place, reason }
}
