import { describe, isObject, type RecordBuilder } from './record.ts'

/** A file name's photo id at Flickr: `1000092795.jpg`, or with its secret `1000268201_693b08cb0e.jpg`. */
export function flickrIdOf(name: string): string | undefined {
  return /(?:^|\/)(\d{5,})(?:_[0-9a-f]{6,})?\.\w+$/.exec(name)?.[1]
}

/** An id below 2^53, else null with the reason. */
export function readWholeNumber(value: Record<string, unknown>, field: string, builder: RecordBuilder): number | null {
  const id = value[field]
  if (typeof id === 'number' && Number.isSafeInteger(id)) return id
  if (typeof id === 'bigint') builder.refuse('id-too-large', field, `${field} is beyond 2^53: it cannot be read exactly as a number`)
  else {
    const shown = typeof id === 'string' ? `"${id}" is` : 'is'
    builder.refuse('id-type', field, `${field} ${shown} ${describe(id)}${id === undefined ? '' : ', a number expected'}`)
  }
  return null
}

/** The record as an object, else null with the reason. */
export function readObject(value: unknown, builder: RecordBuilder): Record<string, unknown> | null {
  if (isObject(value)) return value
  builder.refuse('record-type', null, `the record is ${describe(value)}, an object expected`)
  return null
}
