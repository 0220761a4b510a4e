import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
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
export function unary(name: 'Square' | 'Exp' | 'Erf' | 'Rsqrt' | 'Relu' | 'Softmax' | 'L2Loss', x: Tensor): Tensor {
  return single(name, attributes('T'), [x])
}
export function reluGradient(dy: Tensor, y: Tensor): Tensor {
  return single('ReluGrad', attributes('T'), [dy, y])
}
/** Over the last axis, which stays with length 1. */
export function meanOfRows(x: Tensor): Tensor {
  return single('Mean', attributes('reduction'), [x, lastAxis()])
}
/** Over the last axis, which stays with length 1. */
export function sumOfRows(x: Tensor): Tensor {
  return single('Sum', attributes('reduction'), [x, lastAxis()])
}
export function matMul(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
  if (!transposeA && transposeB && isCheaperSwapped(a, b)) {
    const swapped = single('MatMul', attributes('matMul false true'), [b, a])
    const result = transpose(swapped, [1, 0])
    swapped.dispose()
    return result
  }
  return single('MatMul', attributes(`matMul ${transposeA} ${transposeB}`), [a, b])
}

/**
 * Whether a b^T is better computed as (b a^T)^T. On a CPU the library copies its second operand into blocks; from a transposed one it
 * gathers single numbers, which for a few rows against a large table takes longer than the product itself.
 */
function isCheaperSwapped(a: Tensor, b: Tensor): boolean {
  const [rows, inner] = a.shape as [number, number]
  const columns = b.shape[0] as number
  return columns * inner > 2 * rows * (inner + columns) && !isOnGpu()
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
  return single('Reshape', attributes('reshape'), [x, tf.tensor1d(shape, 'int32')])
}
/** @param order the axes' order */
export function transpose(x: Tensor, order: number[]): Tensor {
  return single('Transpose', attributes('transpose'), [x, tf.tensor1d(order, 'int32')])
}
/** @returns losses [N] and their gradient with respect to the logits [N, C] */
export function sparseCrossEntropy(logits: Tensor, labels: Tensor): [Tensor, Tensor] {
  return multiple('SparseSoftmaxCrossEntropyWithLogits', attributes('labels'), [logits, labels], 2) as [Tensor, Tensor]
}

const makers: Record<string, () => Attribute[]> = {
  T: () => [attribute.type('T')],
  reduction: () => [attribute.type('T'), attribute.type('Tidx', 'int32'), attribute.bool('keep_dims', true)],
  'channels last': () => [attribute.type('T'), attribute.string('data_format', 'NHWC')],
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

/** Kept for ever: for numbers written in the code, not for those that follow from sizes of data. */
const constants = new Map<number, Tensor>()

function constant(value: number): Tensor {
  const known = constants.get(value)
  if (known) return known
  const fresh = tf.keep(tf.scalar(value))
  constants.set(value, fresh)
  return fresh
}

let lastAxisTensor: Tensor | null = null

function lastAxis(): Tensor {
  lastAxisTensor ??= tf.keep(tf.tensor1d([-1], 'int32'))
  return lastAxisTensor
}
