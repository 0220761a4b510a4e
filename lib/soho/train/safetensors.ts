import type { NamedArray, NamedArrays } from '../contract.ts'

/** A file that is not the safetensors it claims to be. */
export class SafetensorsError extends Error {
  constructor(reason: string) {
    super(`not a valid safetensors file: ${reason}`)
    this.name = 'SafetensorsError'
  }
}

/** Headers longer than this are refused before they are parsed. */
const headerLimit = 16 * 1024 * 1024

/** Arrays to a safetensors file: header length, JSON header, then the arrays, little-endian, in the order given. */
export function encodeSafetensors(arrays: NamedArrays, metadata: Record<string, string> = {}): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let end = 0
  for (const [name, { shape, data }] of arrays) {
    const start = end
    end += data.byteLength
    header[name] = { dtype: data instanceof Float32Array ? 'F32' : 'I32', shape, data_offsets: [start, end] }
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  // Eight-byte alignment of the data lets readers map the file.
  const headerLength = Math.ceil(json.length / 8) * 8
  const file = new Uint8Array(8 + headerLength + end).fill(0x20, 8 + json.length, 8 + headerLength)
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true)
  file.set(json, 8)
  let at = 8 + headerLength
  for (const { data } of arrays.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return file
}

/** @throws SafetensorsError when the header, a shape or a byte range does not fit the file */
export function decodeSafetensors(file: Uint8Array): { arrays: NamedArrays; metadata: Record<string, string> } {
  const { header, start } = readHeader(file)
  const arrays: NamedArrays = new Map()
  let metadata: Record<string, string> = {}
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__')
      metadata = Object.fromEntries(Object.entries(record(entry, name)).map(([key, value]) => [key, String(value)]))
    else arrays.set(name, decodeArray(file, start, name, record(entry, name)))
  }
  return { arrays, metadata }
}

function readHeader(file: Uint8Array): { header: Record<string, unknown>; start: number } {
  if (file.length < 8) throw new SafetensorsError('shorter than its header length')
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true))
  if (length > headerLimit || 8 + length > file.length) throw new SafetensorsError(`header of ${length} bytes in a file of ${file.length}`)
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, 8 + length)))
    return { header: record(parsed, 'header'), start: 8 + length }
  } catch (error) {
    if (error instanceof SafetensorsError) throw error
    throw new SafetensorsError('the header is not JSON')
  }
}

function decodeArray(file: Uint8Array, start: number, name: string, entry: Record<string, unknown>): NamedArray {
  const { dtype, shape, data_offsets: offsets } = entry
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) throw new SafetensorsError(`${name} has no shape or byte range`)
  if (dtype !== 'F32' && dtype !== 'I32') throw new SafetensorsError(`${name} is ${String(dtype)}; F32 and I32 are read`)
  const [from, to] = offsets as [number, number]
  const size = shape.reduce((a, b) => a * b, 1)
  if (to - from !== size * 4 || start + to > file.length) throw new SafetensorsError(`${name} does not fit its byte range`)
  // A copy: a Buffer's own slice would share its memory and its alignment.
  const bytes = Uint8Array.from(file.subarray(start + from, start + to))
  return { shape, data: dtype === 'F32' ? new Float32Array(bytes.buffer) : new Int32Array(bytes.buffer) }
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0)
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SafetensorsError(`${name} is not an object`)
  return value as Record<string, unknown>
}
