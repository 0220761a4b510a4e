import type { Tensor } from '@tensorflow/tfjs-core'
import { constant, integerPairs, integers } from './constants.ts'
import { attribute, isOnGpu, multiple, single } from './native-backend.ts'
import type { Attribute } from './native-backend.ts'

/**
 * Native operations without the checks and the bookkeeping that tfjs puts around each: for use inside `tf.customGrad`, on float32
 * tensors whose shapes are known to fit. Broadcasting is the library's own.
 */
export function add(a: Tensor, b: Tensor): Tensor {
  return single('AddV2', attributes('T'), [a, b])
}
export function sub(a: Tensor, b: Tensor): Tensor {
  return single('Sub', attributes('T'), [a, b])
}
export function mul(a: Tensor, b: Tensor | number): Tensor {
  return single('Mul', attributes('T'), [a, typeof b === 'number' ? constant(b) : b])
}
export function plus(a: Tensor, b: number): Tensor {
  return add(a, constant(b))
}
export function minus(a: number, b: Tensor): Tensor {
  return sub(constant(a), b)
}
export function unary(name: 'Square' | 'Exp' | 'Erf' | 'Rsqrt' | 'Relu' | 'Softmax' | 'L2Loss', x: Tensor): Tensor {
  return single(name, attributes('T'), [x])
}
export function reluGradient(dy: Tensor, y: Tensor): Tensor {
  return single('ReluGrad', attributes('T'), [dy, y])
}
/** Over the last axis, which stays with length 1. */
export function meanOfRows(x: Tensor): Tensor {
  return single('Mean', attributes('reduction'), [x, integers([-1])])
}
/** Over the last axis, which stays with length 1. */
export function sumOfRows(x: Tensor): Tensor {
  return single('Sum', attributes('reduction'), [x, integers([-1])])
}
export function matMul(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
  const [rows, inner] = a.shape as [number, number]
  if (!transposeA && transposeB && isCheaperSwapped(rows, b.shape[0] as number, inner)) {
    const swapped = single('MatMul', attributes('matMul false true'), [b, a])
    const result = transpose(swapped, [1, 0])
    swapped.dispose()
    return result
  }
  return single('MatMul', attributes(`matMul ${transposeA} ${transposeB}`), [a, b])
}

/**
 * Whether a [rows, inner] b^T [inner, columns] is better computed as (b a^T)^T. On a CPU the library copies its second operand into blocks;
 * from a transposed one it gathers single numbers, which for a few rows against a large table takes longer than the product itself.
 */
export function isCheaperSwapped(rows: number, columns: number, inner: number): boolean {
  return columns * inner > rows * (inner + columns) && !isOnGpu()
}
/** Over the last two axes. */
export function batchMatMul(a: Tensor, b: Tensor, adjointA = false, adjointB = false): Tensor {
  return single('BatchMatMulV2', attributes(`batchMatMul ${adjointA} ${adjointB}`), [a, b])
}
/** Adds [C] along the last axis. */
export function biasAdd(x: Tensor, bias: Tensor): Tensor {
  return single('BiasAdd', attributes('channels last'), [x, bias])
}
/** Sums over all axes but the last. */
export function biasAddGradient(dy: Tensor): Tensor {
  return single('BiasAddGrad', attributes('channels last'), [dy])
}
export function reshape(x: Tensor, shape: number[]): Tensor {
  return single('Reshape', attributes('reshape'), [x, integers(shape)])
}
/** @param order the axes' order */
export function transpose(x: Tensor, order: number[]): Tensor {
  return single('Transpose', attributes('transpose'), [x, integers(order)])
}
/** @param sides before and after, of each axis in turn */
export function pad(x: Tensor, sides: number[]): Tensor {
  return single('Pad', attributes('pad'), [x, integerPairs(sides)])
}
export function slice(x: Tensor, begin: number[], size: number[]): Tensor {
  return single('Slice', attributes('slice'), [x, integers(begin), integers(size)])
}
/** Every `stride`th row and column of a map [B, H, W, C], as a pool over single places: many times as fast as a strided slice. */
export function everyOther(x: Tensor, stride: number): Tensor {
  return single('AvgPool', everyOtherAttributes(stride), [x])
}
/** Of a map of that shape: dy at the places taken, zero elsewhere. */
export function everyOtherGradient(dy: Tensor, shape: number[], stride: number): Tensor {
  return single('AvgPoolGrad', everyOtherAttributes(stride), [integers(shape), dy])
}
function everyOtherAttributes(stride: number): Attribute[] {
  const sizes = { ksize: [1, 1, 1, 1], strides: [1, stride, stride, 1] }
  return [
    ...attributes('channels last'),
    ...Object.entries(sizes).map(([name, value]) => attribute.ints(name, value)),
    attribute.string('padding', 'VALID'),
  ]
}
export function addAll(list: Tensor[]): Tensor {
  return single('AddN', [attribute.type('T'), attribute.ints('N', list.length)], list)
}
/** @returns losses [N] and their gradient with respect to the logits [N, C] */
export function sparseCrossEntropy(logits: Tensor, labels: Tensor): [Tensor, Tensor] {
  return multiple('SparseSoftmaxCrossEntropyWithLogits', attributes('labels'), [logits, labels], 2) as [Tensor, Tensor]
}

const makers: Record<string, () => Attribute[]> = {
  T: () => [attribute.type('T')],
  reduction: () => [attribute.type('T'), attribute.type('Tidx', 'int32'), attribute.bool('keep_dims', true)],
  'channels last': () => [attribute.type('T'), attribute.string('data_format', 'NHWC')],
  pad: () => [attribute.type('T'), attribute.type('Tpaddings', 'int32')],
  slice: () => [attribute.type('T'), attribute.type('Index', 'int32')],
  reshape: () => [attribute.type('T'), attribute.type('Tshape', 'int32')],
  transpose: () => [attribute.type('T'), attribute.type('Tperm', 'int32')],
  labels: () => [attribute.type('T'), attribute.type('Tlabels', 'int32')],
}
for (const a of [false, true]) {
  for (const b of [false, true]) {
    makers[`matMul ${a} ${b}`] = () => [attribute.type('T'), attribute.bool('transpose_a', a), attribute.bool('transpose_b', b)]
    makers[`batchMatMul ${a} ${b}`] = () => [attribute.type('T'), attribute.bool('adj_x', a), attribute.bool('adj_y', b)]
  }
}
const made = new Map<string, Attribute[]>()

/** Attribute lists are built once: an operation is called hundreds of times a step. */
function attributes(kind: string): Attribute[] {
  const known = made.get(kind)
  if (known) return known
  const fresh = (makers[kind] as () => Attribute[])()
  made.set(kind, fresh)
  return fresh
}
