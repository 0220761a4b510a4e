import type { NamedArray, NamedArrays } from '../contract.ts'

/** A file that is not the safetensors it claims to be. */
export class SafetensorsError extends Error {
  /** @param file what the file is called, where there is a name to say */
  constructor(reason: string, file = '') {
    super(`${file === '' ? '' : `${file} is `}not a valid safetensors file: ${reason}`)
    this.name = 'SafetensorsError'
  }
}

/** Headers longer than this are refused before they are parsed. */
export const headerLimit = 16 * 1024 * 1024
/** Bytes of the header's length, before the header. */
export const lengthBytes = 8

/** Bytes of an element, by dtype. */
const elementBytes: Readonly<Record<string, number>> = {
  ...{ BOOL: 1, U8: 1, I8: 1, F8_E4M3: 1, F8_E5M2: 1 },
  ...{ I16: 2, U16: 2, F16: 2, BF16: 2 },
  ...{ I32: 4, U32: 4, F32: 4 },
  ...{ I64: 8, U64: 8, F64: 8 },
}

/** A tensor as the header describes it: bytes `from` to `to` after the header. */
export interface TensorEntry {
  name: string
  dtype: string
  shape: number[]
  from: number
  to: number
}

export interface SafetensorsHeader {
  tensors: TensorEntry[]
  metadata: Record<string, string>
  /** Where the tensors' bytes begin. */
  start: number
  /** Length of the whole file. */
  sizeBytes: number
}

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

/**
 * @param file the whole file
 * @param name what the file is called in errors
 * @throws SafetensorsError when the header, a shape or a byte range does not fit the file, or a tensor is neither F32 nor I32
 */
export function decodeSafetensors(file: Uint8Array, name = ''): { arrays: NamedArrays; metadata: Record<string, string> } {
  const { tensors, metadata, start } = readSafetensorsHeader(file, name, file.length)
  const arrays: NamedArrays = new Map()
  for (const tensor of tensors) {
    const { dtype, shape } = tensor
    if (dtype !== 'F32' && dtype !== 'I32') throw new SafetensorsError(`${tensor.name} is ${dtype}; F32 and I32 are read`, name)
    const { buffer } = bytesOf(file, start, tensor)
    arrays.set(tensor.name, { shape, data: dtype === 'F32' ? new Float32Array(buffer) : new Int32Array(buffer) })
  }
  return { arrays, metadata }
}

/** The header's length, from the first eight bytes. @throws SafetensorsError where no header can be so long */
export function safetensorsHeaderLength(head: Uint8Array, name = ''): number {
  if (head.length < lengthBytes) throw new SafetensorsError('shorter than its header length', name)
  const length = Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true))
  if (length > headerLimit) throw new SafetensorsError(`a header of ${length} bytes; at most ${headerLimit} are read`, name)
  return length
}

/**
 * Parses and checks a header: known dtypes, shapes that fit their byte ranges, ranges that lie end to end without gap or overlap.
 * @param head the file, or as much of it as holds the header
 * @param sizeBytes length of the file; null where it is not known yet: then the header says it
 * @throws SafetensorsError naming the file and the tensor
 */
export function readSafetensorsHeader(head: Uint8Array, name = '', sizeBytes: number | null = null): SafetensorsHeader {
  const start = lengthBytes + safetensorsHeaderLength(head, name)
  if (start > head.length) throw new SafetensorsError(`its header ends at byte ${start}, and the file has ${head.length}`, name)
  const entries = Object.entries(parseHeader(head.subarray(lengthBytes, start), name))
  const said = entries.flatMap(([key, value]) => (key === '__metadata__' ? Object.entries(record(value, key, name)) : []))
  const metadata = Object.fromEntries(said.map(([key, value]) => [key, String(value)]))
  const tensors = entries.filter(([key]) => key !== '__metadata__').map(([key, value]) => readEntry(key, record(value, key, name), name))
  const end = checkRanges(tensors, name)
  if (sizeBytes !== null && start + end !== sizeBytes)
    throw new SafetensorsError(`its tensors end at byte ${start + end}, and the file has ${sizeBytes}`, name)
  return { tensors, metadata, start, sizeBytes: start + end }
}

function parseHeader(json: Uint8Array, name: string): Record<string, unknown> {
  try {
    return record(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json)), 'the header', name)
  } catch (error) {
    if (error instanceof SafetensorsError) throw error
    throw new SafetensorsError('the header is not JSON', name)
  }
}

function readEntry(tensor: string, { dtype, shape, data_offsets: offsets }: Record<string, unknown>, name: string): TensorEntry {
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2)
    throw new SafetensorsError(`${tensor} has no shape or byte range`, name)
  const bytes = typeof dtype === 'string' && Object.hasOwn(elementBytes, dtype) ? (elementBytes[dtype] as number) : null
  if (bytes === null) throw new SafetensorsError(`${tensor} has the unknown type ${String(dtype)}`, name)
  const [from, to] = offsets as [number, number]
  if (to - from !== sizeOf(shape) * bytes) throw new SafetensorsError(`${tensor} does not fit its byte range`, name)
  return { name: tensor, dtype: dtype as string, shape, from, to }
}

/** @returns where the last tensor ends */
function checkRanges(tensors: readonly TensorEntry[], name: string): number {
  let end = 0
  for (const { name: tensor, from, to } of tensors.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from < end) throw new SafetensorsError(`${tensor} overlaps the tensor before it`, name)
    if (from > end) throw new SafetensorsError(`there is a gap of ${from - end} bytes before ${tensor}`, name)
    end = to
  }
  return end
}

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

/** A tensor's bytes in memory of their own: a Buffer's slice would share its memory and its alignment. */
function bytesOf(file: Uint8Array, start: number, { from, to }: TensorEntry): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(to - from)
  bytes.set(file.subarray(start + from, start + to))
  return bytes
}

/** A floating-point tensor as F32, exact for F16 and BF16; null for any other type. */
export function readFloats(file: Uint8Array, start: number, tensor: TensorEntry): NamedArray | null {
  const { dtype, shape } = tensor
  if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'BF16') return null
  const { buffer } = bytesOf(file, start, tensor)
  if (dtype === 'F32') return { shape, data: new Float32Array(buffer) }
  const halves = new Uint16Array(buffer)
  const data = new Float32Array(halves.length)
  if (dtype === 'BF16') {
    // The upper half of an F32.
    const bits = new Uint32Array(data.buffer)
    for (let i = 0; i < halves.length; i += 1) bits[i] = (halves[i] as number) << 16
  } else {
    const values = (halfValues ??= Float32Array.from({ length: 65536 }, (_, bits) => halfValue(bits)))
    for (let i = 0; i < halves.length; i += 1) data[i] = values[halves[i] as number] as number
  }
  return { shape, data }
}

let halfValues: Float32Array | undefined

function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0)
}

function record(value: unknown, what: string, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SafetensorsError(`${what} is not an object`, name)
  return value as Record<string, unknown>
}
