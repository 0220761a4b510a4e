import type { Readable } from 'node:stream'
import { readJson } from './json-stream.ts'
import { readLines } from './lines.ts'
import { openText } from './open-text.ts'
import { describe, fileProblem, isObject, RecordBuilder, rawText, type ParsedItem } from './record.ts'

/** An object of a file with one object a line (or, where a tool rewrote it, one array), or a problem in its place. */
export type LineRecord = { value: Record<string, unknown>; builder: RecordBuilder } | { item: ParsedItem }

/** Reads such a file; everything that is not an object becomes a set-aside record with its reason. */
export async function* readLineRecords(source: Readable): AsyncGenerator<LineRecord> {
  const file = await openText(source)
  if (file.fault) {
    yield { item: fileProblem('refused', file.fault.code, file.fault.reason) }
    return
  }
  if (file.encoding !== 'utf-8') yield { item: fileProblem('notice', 'encoding', 'UTF-16 by its byte order mark: converted') }
  if (file.startsWithArray) {
    yield { item: fileProblem('notice', 'array-not-lines', 'one JSON array instead of one object a line: accepted') }
    for await (const element of readJson(file)) {
      if ('fault' in element) yield { item: fileProblem('refused', element.fault.code, element.fault.reason, element.fault.place) }
      else yield objectRecord(element.place, element.value, () => rawText(element.value))
    }
    return
  }
  for await (const line of readLines(file)) {
    const place = `line ${line.number}`
    if ('fault' in line) yield refusal(place, line.raw, line.fault.code, line.fault.reason)
    else yield parseLine(place, line.text)
  }
}

function parseLine(place: string, text: string): LineRecord {
  try {
    return objectRecord(place, JSON.parse(text), () => text)
  } catch (error) {
    if (countObjects(text) > 1)
      return refusal(place, text, 'two-objects', `${countObjects(text)} objects on one line: put each on its own line`)
    return refusal(place, text, 'json-syntax', `not valid JSON: ${syntaxMessage(error, text)}`)
  }
}

function objectRecord(place: string, value: unknown, raw: () => string): LineRecord {
  if (isObject(value)) return { value, builder: new RecordBuilder(place, raw) }
  return refusal(place, raw(), 'record-type', `the record is ${describe(value)}, an object expected`)
}

function refusal(place: string, raw: string, code: string, reason: string): LineRecord {
  const builder = new RecordBuilder(place, () => raw)
  builder.refuse(code, null, reason)
  return { item: builder.build() }
}

/** V8 names the position, or quotes the token; either becomes a column. */
function syntaxMessage(error: unknown, text: string): string {
  const message = (error as Error).message
  const position = /position (\d+)/.exec(message)?.[1]
  const notANumber = /(?<![\w"])(NaN|-?Infinity)(?![\w"])/.exec(text)
  const column = position === undefined ? (notANumber?.index ?? text.length) + 1 : Number(position) + 1
  return `column ${column}: ${message.replace(/ in JSON at position.*| \(line \d+.*/, '')}`
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
