import type { NamedArray } from '../contract.ts'

/** The reference's names and layouts to ours, and back. */
const neckNames: readonly (readonly [RegExp, string])[] = [
  [/^pos_line\./, 'linear.'],
  [/^gate_fc\./, 'gate.conv.'],
  [/^gate_bn\./, 'gate.bn.'],
  [/^count_ema$/, 'codebook_counts'],
  [/^sum_ema$/, 'codebook_sums'],
]

/** A name within the neck. */
export function neckName(name: string): string {
  return `neck.${neckNames.reduce((found, [pattern, ours]) => found.replace(pattern, ours), name)}`
}

/** A name of the whole model. */
export function modelName(name: string): string {
  return name.startsWith('neck.') ? neckName(name.slice('neck.'.length)) : name
}

/** Kernels OIHW -> HWIO, linear weights [out, in] -> [in, out]; tables and vectors stay. */
export function fromReference(name: string, array: NamedArray): NamedArray {
  if (array.shape.length === 4) return permute(array, [2, 3, 1, 0])
  const isLinear = array.shape.length === 2 && name.endsWith('.weight') && !name.includes('embeddings.weight')
  return isLinear ? permute(array, [1, 0]) : array
}

/** NCHW -> NHWC. */
export const imagesFromReference = (array: NamedArray) => permute(array, [0, 2, 3, 1])
/** NHWC -> NCHW. */
export const imagesToReference = (array: NamedArray) => permute(array, [0, 3, 1, 2])

/** [B*n, D] rows -> [B, D, n], as the reference's maps lie in memory. */
export function rowsToReferenceMap({ shape, data }: NamedArray, images: number): NamedArray {
  const [rows, width] = shape as [number, number]
  return permute({ shape: [images, rows / images, width], data }, [0, 2, 1])
}

export function permute({ shape, data }: NamedArray, order: readonly number[]): NamedArray {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))
  const turned = order.map((axis) => shape[axis] as number)
  const steps = order.map((axis) => strides[axis] as number)
  const out = data instanceof Float32Array ? new Float32Array(data.length) : new Int32Array(data.length)
  const place = new Array<number>(order.length).fill(0)
  let from = 0
  for (let i = 0; i < out.length; i += 1) {
    out[i] = data[from] as number
    for (let axis = order.length - 1; axis >= 0; axis -= 1) {
      from += steps[axis] as number
      place[axis] = (place[axis] as number) + 1
      if ((place[axis] as number) < (turned[axis] as number)) break
      from -= (steps[axis] as number) * (turned[axis] as number)
      place[axis] = 0
    }
  }
  return { shape: turned, data: out }
}
