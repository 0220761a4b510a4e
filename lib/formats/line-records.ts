import type { Readable } from 'node:stream'
import { findFault, parseExactly, readJson } from './json-stream.ts'
import { readLines, type Line } from './lines.ts'
import { openText, type OpenedFile } from './open-text.ts'
import { describe, fileProblem, isObject, RecordBuilder, rawText, type ParsedItem, type Span } from './record.ts'

/** An object of a file with one object a line (or, where a tool rewrote it, one array), or a problem in its place. */
export type LineRecord = { value: Record<string, unknown>; builder: RecordBuilder } | { item: ParsedItem }

/** Reads such a file; everything that is not an object becomes a set-aside record with its reason. */
export async function* readLineRecords(source: Readable): AsyncGenerator<LineRecord[]> {
  const file = await openText(source)
  if (file.fault) return yield [{ item: fileProblem('refused', file.fault.code, file.fault.reason) }]
  if (file.encoding !== 'utf-8') yield [{ item: fileProblem('notice', 'encoding', 'UTF-16 by its byte order mark: converted') }]
  if (file.startsWithArray) {
    yield [{ item: fileProblem('notice', 'array-not-lines', 'one JSON array instead of one object a line: accepted') }]
    for await (const elements of readJson(file)) {
      yield elements.map((element) => {
        if ('fault' in element) return { item: fileProblem('refused', element.fault.code, element.fault.reason, element.fault.place) }
        return objectRecord(element.place, element.value, () => rawText(element.value), spanIn(file, element.span))
      })
    }
    return
  }
  for await (const lines of readLines(file)) yield lines.map((line) => recordOf(line, file))
}

/** Parses every object of such a file. */
export async function* parseLineRecords(
  source: Readable,
  parse: (value: Record<string, unknown>, builder: RecordBuilder) => ParsedItem,
): AsyncGenerator<ParsedItem[]> {
  for await (const records of readLineRecords(source)) {
    yield records.map((record) => ('item' in record ? record.item : parse(record.value, record.builder)))
  }
}

/** Places in the file itself; a converted file has none. */
export function spanIn(file: OpenedFile, span: Span): Span | null {
  return file.encoding === 'utf-8' ? { offset: span.offset + file.skippedBytes, size: span.size } : null
}

function recordOf(line: Line, file: OpenedFile): LineRecord {
  const place = `line ${line.number}`
  if ('fault' in line) return refusal(place, line.raw, line.fault.code, line.fault.reason)
  return parseLine(place, line.text, spanIn(file, line.span))
}

function parseLine(place: string, text: string, span: Span | null): LineRecord {
  try {
    const value: unknown = /\d{16}/.test(text) ? parseExactly(text) : JSON.parse(text)
    return objectRecord(place, value, () => text, span)
  } catch (error) {
    if (countObjects(text) > 1)
      return refusal(place, text, 'two-objects', `${countObjects(text)} objects on one line: put each on its own line`)
    const { at, cause } = findFault(text, error as Error)
    return refusal(place, text, 'json-syntax', `not valid JSON: column ${(at ?? 0) + 1}${at === null ? ' or after' : ''}: ${cause}`)
  }
}

function objectRecord(place: string, value: unknown, raw: () => string, span: Span | null): LineRecord {
  if (isObject(value)) return { value, builder: new RecordBuilder(place, raw, span) }
  return refusal(place, raw(), 'record-type', `the record is ${describe(value)}, an object expected`)
}

function refusal(place: string, raw: string, code: string, reason: string): LineRecord {
  const builder = new RecordBuilder(place, () => raw)
  builder.refuse(code, null, reason)
  return { item: builder.build() }
}

/** Whole top-level objects on a line, quotes respected. */
function countObjects(text: string): number {
  let depth = 0
  let count = 0
  let isQuoted = false
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (isQuoted && character === '\\') i += 1
    else if (character === '"') isQuoted = !isQuoted
    else if (!isQuoted && character === '{') depth += 1
    else if (!isQuoted && character === '}' && --depth === 0) count += 1
  }
  return count
}
