import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import type { AttentionShape } from './kernels.ts'
import { attribute, single } from './native-backend.ts'

function batchMatMul(a: Tensor, b: Tensor, adjointA: boolean, adjointB: boolean): Tensor {
  return single('BatchMatMulV2', [attribute.type('T'), attribute.bool('adj_x', adjointA), attribute.bool('adj_y', adjointB)], [a, b])
}

/** softmax(Q K^T / sqrt(d) + bias) V with the gradient written out: dS = A * (dA - rowsum(A * dA)). */
export function fusedAttention(q: Tensor2D, k: Tensor2D, v: Tensor2D, keyBias: Tensor4D, shape: AttentionShape): Tensor2D {
  const { batch, length, heads } = shape
  const width = (q.shape[1] ?? 0) / heads
  const scale = 1 / Math.sqrt(width)
  const split = (x: Tensor) => tf.transpose(tf.reshape(x, [batch, length, heads, width]), [0, 2, 1, 3])
  const join = (x: Tensor) => tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch * length, heads * width])
  const op = tf.customGrad(((q: Tensor, k: Tensor, v: Tensor, save: (tensors: Tensor[]) => void) => {
    const [sq, sk, sv] = [tf.mul(split(q), scale), split(k), split(v)]
    const shares = single('Softmax', [attribute.type('T')], [tf.add(batchMatMul(sq, sk, false, true), keyBias)])
    save([sq, sk, sv, shares])
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const [sq, sk, sv, shares] = saved as [Tensor, Tensor, Tensor, Tensor]
      const dMixed = split(dy)
      const dShares = batchMatMul(dMixed, sv, false, true)
      const weighted = tf.mul(shares, dShares)
      const dLogits = tf.sub(weighted, tf.mul(shares, tf.sum(weighted, -1, true)))
      const dq = tf.mul(batchMatMul(dLogits, sk, false, false), scale)
      return [join(dq), join(batchMatMul(dLogits, sq, true, false)), join(batchMatMul(shares, dMixed, true, false))]
    }
    return { value: join(batchMatMul(shares, sv, false, false)), gradFunc }
  }) as never)
  return op(q, k, v) as Tensor2D
}
