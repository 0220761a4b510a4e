import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import type { AttentionShape } from './kernels.ts'
import { add, batchMatMul, mul, reshape, sub, sumOfRows, transpose, unary } from './native-ops.ts'

/** softmax(Q K^T / sqrt(d) + bias) V with the gradient written out: dS = A * (dA - rowsum(A * dA)). */
export function fusedAttention(q: Tensor2D, k: Tensor2D, v: Tensor2D, keyBias: Tensor4D, shape: AttentionShape): Tensor2D {
  const { batch, heads } = shape
  const width = (q.shape[1] ?? 0) / heads
  const scale = 1 / Math.sqrt(width)
  const split = (x: Tensor) => transpose(reshape(x, [batch, (x.shape[0] ?? 0) / batch, heads, width]), [0, 2, 1, 3])
  const join = (x: Tensor) => reshape(transpose(x, [0, 2, 1, 3]), [batch * (x.shape[2] ?? 0), heads * width])
  const op = tf.customGrad(((q: Tensor, k: Tensor, v: Tensor, save: (tensors: Tensor[]) => void) => {
    const [sq, sk, sv] = [mul(split(q), scale), split(k), split(v)]
    const shares = unary('Softmax', add(batchMatMul(sq, sk, false, true), keyBias))
    save([sq, sk, sv, shares])
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const [sq, sk, sv, shares] = saved as [Tensor, Tensor, Tensor, Tensor]
      const dMixed = split(dy)
      const weighted = mul(shares, batchMatMul(dMixed, sv, false, true))
      const dLogits = sub(weighted, mul(shares, sumOfRows(weighted)))
      const dq = mul(batchMatMul(dLogits, sk), scale)
      return [join(dq), join(batchMatMul(dLogits, sq, true)), join(batchMatMul(shares, dMixed, true))]
    }
    return { value: join(batchMatMul(shares, sv)), gradFunc }
  }) as never)
  return op(q, k, v) as Tensor2D
}
