import type { NamedArray } from '../contract.ts'
import type { TensorShape } from './names.ts'

/** Ours is TensorFlow's: kernels [H, W, I, O], linear layers [I, O]. PyTorch's: [O, I, H, W] and [O, I]. */
export type Layout = 'ours' | 'pytorch'

type Turn = 'kernel' | 'matrix' | 'none'

/** Which axes a parameter has that the layouts order differently. Embeddings and the codebook are rows in both. */
function turnOf(ours: string, rank: number): Turn {
  if (rank === 4) return 'kernel'
  return rank === 2 && ours.endsWith('.weight') && !ours.endsWith('_embeddings.weight') ? 'matrix' : 'none'
}

/** A shape in PyTorch's layout, in ours. */
export function shapeToOurs(ours: string, shape: readonly number[]): number[] {
  const turn = turnOf(ours, shape.length)
  if (turn === 'none') return [...shape]
  const [o, i, ...sides] = shape as [number, number, ...number[]]
  return [...sides, i, o]
}

/** An array in PyTorch's layout, in ours. Arrays that both lay out alike are handed through. */
export function toOurs(ours: string, array: NamedArray): NamedArray {
  const [rows = 0, columns = 0, height = 1, width = 1] = array.shape
  if (turnOf(ours, array.shape.length) === 'none') return array
  return { shape: shapeToOurs(ours, array.shape), data: transpose(array.data, [rows, columns, height * width], [2, 1, 0]) }
}

/** An array in our layout, in PyTorch's. */
export function toPyTorch(ours: string, array: NamedArray): NamedArray {
  const turn = turnOf(ours, array.shape.length)
  if (turn === 'none') return array
  const [inputs = 0, outputs = 0] = array.shape.slice(-2)
  const sides = array.shape.slice(0, -2)
  const cells = sides.reduce((a, b) => a * b, 1)
  return { shape: [outputs, inputs, ...sides], data: transpose(array.data, [cells, inputs, outputs], [2, 1, 0]) }
}

/** [a, b, c] -> its axes in another order. */
function transpose(data: NamedArray['data'], shape: readonly [number, number, number], order: readonly [number, number, number]) {
  const strides = [shape[1] * shape[2], shape[2], 1]
  const [a, b, c] = order.map((axis) => shape[axis] as number) as [number, number, number]
  const [da, db, dc] = order.map((axis) => strides[axis] as number) as [number, number, number]
  const turned = data instanceof Float32Array ? new Float32Array(data.length) : new Int32Array(data.length)
  let at = 0
  for (let x = 0; x < a; x += 1) {
    for (let y = 0; y < b; y += 1) {
      let from = x * da + y * db
      for (let z = 0; z < c; z += 1, from += dc) turned[at++] = data[from] as number
    }
  }
  return turned
}

/** The layout of a file, told by shapes that only one layout gives: square kernels, and linear layers beside their bias. */
export function layoutOf(tensors: readonly TensorShape[]): Layout {
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape]))
  for (const { name, shape } of tensors) {
    if (!name.endsWith('.weight') || name.endsWith('_embeddings.weight')) continue
    const [a, b, c, d] = shape
    if (shape.length === 4 && (a === b) !== (c === d)) return a === b ? 'ours' : 'pytorch'
    const bias = shapes.get(name.replace(/weight$/, 'bias'))
    if (shape.length === 2 && a !== b && bias?.length === 1 && (bias[0] === a || bias[0] === b)) return bias[0] === a ? 'pytorch' : 'ours'
  }
  return 'pytorch'
}
