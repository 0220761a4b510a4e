import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'

export interface Differentiable {
  value: Tensor
  /** What the gradient needs. A closure must not use other tensors: they may be gone by then. */
  saved: Tensor[]
  /** @returns for each input a tensor of its own: neither `dy` nor a saved one, nor the same twice */
  backward: (dy: Tensor, saved: Tensor[]) => Tensor[]
}

/**
 * An operation with a gradient of its own. The backward pass frees what it has used, node by node: tfjs itself would keep every gradient,
 * every intermediate and every saved tensor until the whole pass has ended, so that each result landed in memory that no cache holds.
 */
export function differentiable<T extends Tensor>(inputs: Tensor[], forward: () => Differentiable): T {
  const op = tf.customGrad(((...args: unknown[]) => {
    const save = args.at(-1) as (tensors: Tensor[]) => void
    const { value, saved, backward } = forward()
    save(saved)
    const gradFunc = (dy: Tensor, kept: Tensor[]) => {
      const gradients = tf.tidy(() => backward(dy, kept))
      for (const used of [dy, ...kept]) used.dispose()
      return gradients
    }
    return { value, gradFunc }
  }) as never)
  return op(...inputs) as T
}
