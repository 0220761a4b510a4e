import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from '../train/safetensors.ts'
import { readWeights } from './read-weights.ts'

interface Tensor {
  dtype: string
  shape: number[]
  bytes: Uint8Array
}

/** A file as PyTorch would write it; `change` spoils its header. */
function file(tensors: Record<string, Tensor>, change: (header: Record<string, { data_offsets: number[] }>) => void = () => undefined) {
  const header: Record<string, { dtype: string; shape: number[]; data_offsets: number[] }> = {}
  let end = 0
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [end, end + bytes.length] }
    end += bytes.length
  }
  change(header)
  const json = Buffer.from(JSON.stringify({ __metadata__: { format: 'pt' }, ...header }))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, ...Object.values(tensors).map(({ bytes }) => bytes)])
}

const f32 = (...values: number[]): Tensor => ({
  dtype: 'F32',
  shape: [values.length],
  bytes: new Uint8Array(Float32Array.from(values).buffer),
})
const halves = (dtype: 'F16' | 'BF16', ...bits: number[]): Tensor => ({
  dtype,
  shape: [bits.length],
  bytes: new Uint8Array(Uint16Array.from(bits).buffer),
})

describe('half precision', () => {
  it('F16 is exact, down to the smallest number and up to infinity', () => {
    const bits = [0x3c00, 0xc000, 0x3555, 0x7bff, 0x0400, 0x0001, 0x83ff, 0x0000, 0x7c00, 0xfc00, 0x7e00]
    const values = [1, -2, 0.333251953125, 65504, 2 ** -14, 2 ** -24, -1023 * 2 ** -24, 0, Infinity, -Infinity, NaN]
    expect([...(readWeights(file({ 'bn1.weight': halves('F16', ...bits) }), 'a').arrays.get('backbone.bn1.weight')?.data ?? [])]).toEqual(
      values,
    )
  })

  it('BF16 is the upper half of F32', () => {
    const bits = [0x3f80, 0xc000, 0x3eab, 0x7f7f, 0x0080, 0x7f80, 0x7fc0]
    const values = [1, -2, 0.333984375, 3.3895313892515355e38, 2 ** -126, Infinity, NaN]
    expect([...(readWeights(file({ 'bn1.weight': halves('BF16', ...bits) }), 'a').arrays.get('backbone.bn1.weight')?.data ?? [])]).toEqual(
      values,
    )
  })

  it('a counter in whole numbers is no hindrance, a parameter in them is', () => {
    const whole: Tensor = { dtype: 'I64', shape: [], bytes: new Uint8Array(8) }
    const { arrays, ignored } = readWeights(file({ 'bn1.weight': f32(1, 2), 'bn1.num_batches_tracked': whole }), 'a')
    expect([...arrays.keys(), ...ignored]).toEqual(['backbone.bn1.weight', 'bn1.num_batches_tracked'])
    const wrong = file({ 'bn1.weight': { ...whole, shape: [1] } })
    expect(() => readWeights(wrong, 'net.safetensors')).toThrow(
      'net.safetensors: the tensor bn1.weight is I64; F32, F16 and BF16 are read.',
    )
  })
})

describe('a file that is refused says its name and the tensor', () => {
  const two = { 'bn1.weight': f32(1, 2), 'bn1.bias': f32(3, 4) }
  const spoilt = (change: (header: Record<string, { data_offsets: number[] } & Record<string, unknown>>) => void) => file(two, change as never) // prettier-ignore
  it.each([
    ['overlapping tensors', spoilt((h) => (h['bn1.bias']!.data_offsets = [4, 12])), /bn1\.bias overlaps the tensor before it/],
    ['a gap', spoilt((h) => (h['bn1.bias']!.data_offsets = [12, 20])), /a gap of 4 bytes before bn1\.bias/],
    ['a range beyond the file', spoilt((h) => Object.assign(h['bn1.bias']!, { data_offsets: [8, 80], shape: [18] })), /end at byte \d+, and the file has \d+/], // prettier-ignore
    ['a shape that is not its bytes', spoilt((h) => (h['bn1.bias']!['shape'] = [3])), /bn1\.bias does not fit its byte range/],
    ['a range backwards', spoilt((h) => (h['bn1.bias']!.data_offsets = [16, 8])), /bn1\.bias does not fit its byte range/],
    ['an unknown type', spoilt((h) => (h['bn1.bias']!['dtype'] = 'toString')), /bn1\.bias has the unknown type toString/],
    ['a torn file', file(two).subarray(0, -3), /end at byte \d+, and the file has \d+/],
    ['bytes after the end', Buffer.concat([file(two), Buffer.from('x')]), /end at byte \d+, and the file has \d+/],
    ['half a header', file(two).subarray(0, 40), /its header ends at byte \d+, and the file has 40/],
    ['no header', Buffer.from([1, 2, 3]), /shorter than its header length/],
    ['an endless header', Buffer.from('ffffffffffffff7f7b7d', 'hex'), /a header of \d+ bytes; at most 16777216 are read/],
    ['no JSON', Buffer.concat([Buffer.from([4, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('nope')]), /the header is not JSON/],
  ])('%s', (_, bytes, reason) => {
    expect(() => readWeights(bytes, 'net.safetensors')).toThrow(reason)
    expect(() => readWeights(bytes, 'net.safetensors')).toThrow(/^net\.safetensors is not a valid safetensors file: /)
  })
})

describe('pickles', () => {
  it.each([
    ['a zip as torch.save writes it', Buffer.from('504b0304000008080000', 'hex')],
    ['an old pickle', Buffer.from('80028a0a6cfc9c46f920', 'hex')],
  ])('%s is refused with the way to convert it, in one sentence', (_, bytes) => {
    expect(() => readWeights(bytes, "it's.pth")).toThrow(
      /^it's\.pth is a PyTorch pickle or a zip archive, .* convert it with python -c ".*torch\.load\('it_s\.pth', map_location='cpu', weights_only=True\).*" and bring weights\.safetensors\.$/,
    )
  })

  it('a header whose length begins like a pickle is still a header', () => {
    let name = 'bn1.weight'
    const build = () => file({ [name]: f32(1), ['x'.repeat(500)]: f32(2) })
    for (let pad = 0; build()[0] !== 0x80; pad += 1) name = `${'y'.repeat(pad)}bn1.weight`
    expect(build()[0]).toBe(0x80)
    expect(readWeights(build(), 'a').extra.length + readWeights(build(), 'a').arrays.size).toBe(2)
  })
})

it('what this lab writes it reads again, also from the middle of a buffer', () => {
  const arrays = new Map([
    ['a', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
    ['none', { shape: [0], data: new Float32Array(0) }],
    ['step', { shape: [], data: Int32Array.of(7) }],
  ])
  const bytes = encodeSafetensors(arrays, { step: '7' })
  const within = Buffer.concat([Buffer.alloc(3), bytes]).subarray(3)
  expect(decodeSafetensors(within)).toEqual({ arrays, metadata: { step: '7' } })
})
