import { parseExactly } from './json-stream.ts'
import { rawLimitBytes, rawText } from './record.ts'

/** The text of a record at `place`, out of the bytes of its line, or of the element of a list that holds it. */
export function rawRecord(bytes: Buffer, place: string): string {
  const text = bytes.toString().trim()
  const inside = /^\w*\[\d+\](.+)$/.exec(place)?.[1]
  if (inside === undefined) return text.slice(0, rawLimitBytes)
  let value = parseExactly(text)
  for (const [, name, index] of inside.matchAll(/\.(\w+)|\[(\d+)\]/g)) {
    value = (value as Record<string, unknown> | undefined)?.[name ?? index ?? '']
  }
  return rawText(value)
}
