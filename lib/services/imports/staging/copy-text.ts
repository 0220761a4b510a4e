import { storableText } from '../storable.ts'

/** A row in the text form of PostgreSQL's COPY. */
export type CopyValue = string | number | boolean | null | readonly string[] | readonly number[]

export function copyRow(values: readonly CopyValue[]): string {
  let row = ''
  for (let i = 0; i < values.length; i++) row += i === 0 ? field(values[i] as CopyValue) : `\t${field(values[i] as CopyValue)}`
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
  const parts = values.map((value) => (typeof value === 'number' ? String(value) : `"${value.replaceAll(/["\\]/g, '\\$&')}"`))
  return `{${parts.join(',')}}`
}
