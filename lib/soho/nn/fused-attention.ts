import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { differentiable } from './differentiable.ts'
import { dropoutMask } from './dropout-mask.ts'
import type { AttentionShape, Dropped } from './kernels.ts'
import { add, batchMatMul, mul, reshape, sub, sumOfRows, transpose, unary } from './native-ops.ts'

/** softmax(Q K^T / sqrt(d) + bias) V with the gradient written out: dS = A * (dA - rowsum(A * dA)). */
export function fusedAttention(
  q: Tensor2D,
  k: Tensor2D,
  v: Tensor2D,
  keyBias: Tensor4D,
  { batch, heads }: AttentionShape,
  dropped?: Dropped,
): Tensor2D {
  const width = (q.shape[1] ?? 0) / heads
  const scale = 1 / Math.sqrt(width)
  const split = (x: Tensor) => transpose(reshape(x, [batch, (x.shape[0] ?? 0) / batch, heads, width]), [0, 2, 1, 3])
  const join = (x: Tensor) => reshape(transpose(x, [0, 2, 1, 3]), [batch * (x.shape[2] ?? 0), heads * width])
  return differentiable([q, k, v], () => {
    const [sq, sk, sv] = [mul(split(q), scale), split(k), split(v)]
    const shares = unary('Softmax', add(batchMatMul(sq, sk, false, true), keyBias))
    const mask = dropped ? dropoutMask(shares.shape, dropped.rate, dropped.seed) : null
    const used = mask ? mul(shares, mask) : shares
    const backward = (dy: Tensor, saved: Tensor[]) => {
      const [sq, sk, sv, shares, used, mask] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor | undefined]
      const dMixed = split(dy)
      const dUsed = batchMatMul(dMixed, sv, false, true)
      const weighted = mul(shares, mask ? mul(dUsed, mask) : dUsed)
      const dLogits = sub(weighted, mul(shares, sumOfRows(weighted)))
      const dq = mul(batchMatMul(dLogits, sk), scale)
      return [join(dq), join(batchMatMul(dLogits, sq, true)), join(batchMatMul(used, dMixed, true))]
    }
    return { value: join(batchMatMul(used, sv)), saved: [sq, sk, sv, shares, used, ...(mask ? [mask] : [])], backward }
  })
}
