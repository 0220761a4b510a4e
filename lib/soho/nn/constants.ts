import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'

/**
 * Small tensors that operations ask for again and again: making one costs as much as a small operation. The longest unused give way, since
 * sizes of images, lengths of texts and learning rates are many.
 */
const known = new Map<string, Tensor>()
const mostKept = 2048

/** How many are kept at the moment. */
export function countConstants(): number {
  return known.size
}

/** A scalar. The caller must not dispose it. */
export function constant(value: number): Tensor {
  return kept(`${value}`, () => tf.scalar(value))
}

/** An int32 vector, such as a shape or an order of axes. The caller must not dispose it. */
export function integers(values: readonly number[]): Tensor {
  return kept(`[${values.join()}]`, () => tf.tensor1d([...values], 'int32'))
}

/** Int32 pairs, [values / 2, 2]. The caller must not dispose it. */
export function integerPairs(values: readonly number[]): Tensor {
  return kept(`(${values.join()})`, () => tf.tensor2d([...values], [values.length / 2, 2], 'int32'))
}

function kept(key: string, make: () => Tensor): Tensor {
  const found = known.get(key)
  const tensor = found ?? tf.keep(make())
  if (found) known.delete(key)
  else if (known.size >= mostKept) dropOldest()
  known.set(key, tensor)
  return tensor
}

function dropOldest(): void {
  for (const [key, tensor] of known) {
    tensor.dispose()
    known.delete(key)
    return
  }
}
