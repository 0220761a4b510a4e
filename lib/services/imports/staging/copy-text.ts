import { storableText } from '../storable.ts'

/** A row in the text form of PostgreSQL's COPY. */
export type CopyValue = string | number | boolean | null | readonly string[] | readonly number[]

/** @param more further values of the same row */
export function copyRow(values: readonly CopyValue[], more: readonly CopyValue[] = []): string {
  let row = field(values[0] as CopyValue)
  for (let i = 1; i < values.length; i++) row += `\t${field(values[i] as CopyValue)}`
  for (const value of more) row += `\t${field(value)}`
  return `${row}\n`
}

function field(value: CopyValue): string {
  if (value === null) return '\\N'
  if (typeof value === 'string') return escape(value)
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean') return value ? 't' : 'f'
  return escape(arrayLiteral(value))
}

const special = /[\\\n\r\t\0\ud800-\udfff]/
const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escape(text: string): string {
  return special.test(text) ? storableText(text).replaceAll(/[\\\n\r\t]/g, (letter) => escapes[letter] ?? letter) : text
}

function arrayLiteral(values: readonly string[] | readonly number[]): string {
  let list = ''
  for (const value of values) list += `${list === '' ? '' : ','}${typeof value === 'number' ? value : `"${quoted(value)}"`}`
  return `{${list}}`
}

const quoted = (text: string) => (/["\\]/.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text)
