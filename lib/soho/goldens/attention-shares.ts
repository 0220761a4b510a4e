import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import type { NamedArray } from '../contract.ts'
import { kernels } from '../nn/current-kernels.ts'
import type { AttentionShape } from '../nn/kernels.ts'
import { toTensor } from './run-part.ts'

/**
 * The shares [B, A, queries, keys] of the attention kernel, which keeps them to itself: with values that are unit vectors by key, the
 * mixture of the values is the shares. A head of d places shows d keys at a time.
 * @param q [B*S, D] @param k [B*S, D]
 */
export function attentionShares(q: NamedArray, k: NamedArray, keyBias: Tensor4D, shape: AttentionShape): Float32Array {
  const { batch, length, heads } = shape
  const width = q.shape[1] as number
  const places = width / heads
  const shares = new Float32Array(batch * heads * length * length)
  for (let first = 0; first < length; first += places) {
    const values = new Float32Array(batch * length * width)
    const shown = Math.min(places, length - first)
    for (let b = 0; b < batch; b += 1) {
      for (let i = 0; i < shown; i += 1) {
        for (let h = 0; h < heads; h += 1) values[(b * length + first + i) * width + h * places + i] = 1
      }
    }
    const v = tf.tensor2d(values, [batch * length, width])
    const mixed = kernels()
      .attention(toTensor(q) as Tensor2D, toTensor(k) as Tensor2D, v, keyBias, shape)
      .dataSync()
    for (let row = 0; row < batch * length; row += 1) {
      const [b, query] = [Math.floor(row / length), row % length]
      for (let h = 0; h < heads; h += 1) {
        const from = row * width + h * places
        shares.set(mixed.subarray(from, from + shown), ((b * heads + h) * length + query) * length + first)
      }
    }
  }
  return shares
}
