import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { uniformArray } from '../data/random.ts'
import type { AdamWOptions, DropoutSeed, Kernels, SgdOptions, Variable } from './kernels.ts'

const batchNormEpsilon = 1e-5
const runningShare = 0.1

/** Stock tfjs operations only: correct on every backend, and the yardstick of the fused ones. */
export const plainKernels: Kernels = {
  name: 'plain',

  sum: (a, b) => tf.add(a, b),
  innerProducts: (x, rows) => tf.matMul(x, rows, false, true),
  linear(x, weight, bias) {
    const product: Tensor2D = tf.matMul(x, weight)
    return bias ? tf.add(product, bias) : product
  },

  conv2d(x, weight, stride, padding, leaf) {
    // The library's gradient of a point at a stride writes beyond its memory where oneDNN is on and the processor has no AVX-512.
    if (stride > 1 && weight.shape[0] === 1 && weight.shape[1] === 1)
      return this.conv2d(tf.avgPool(x, 1, stride, 'valid'), weight, 1, 0, leaf)
    // Padding beforehand: the stock gradient knows only `same` and `valid`, and `same` shifts even sizes at stride 2.
    const padded = padding > 0 ? tf.pad4d(x, [[0, 0], [padding, padding], [padding, padding], [0, 0]]) : x // prettier-ignore
    return tf.conv2d(padded, weight, stride, 'valid')
  },

  batchNorm(x, scale, offset, state, training) {
    if (!training) return tf.batchNorm4d(x, state.mean, state.variance, offset, scale, batchNormEpsilon)
    const mean = meanOfPlaces(x)
    const variance = meanOfPlaces(tf.square(tf.sub(x, mean)))
    const count = x.size / (x.shape[3] ?? 1)
    tf.tidy(() => {
      const unbiased = tf.mul(variance, count / Math.max(1, count - 1))
      state.update(blend(state.mean, mean), blend(state.variance, unbiased))
    })
    const normal = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, batchNormEpsilon)))
    return tf.add(tf.mul(normal, scale), offset)
  },

  layerNorm(x, scale, offset, epsilon) {
    const { mean, variance } = tf.moments(x, 1, true)
    const normal = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon)))
    return tf.add(tf.mul(normal, scale), offset)
  },

  relu(x) {
    return tf.relu(x)
  },

  gelu(x) {
    return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))
  },

  attention(q, k, v, keyBias, { batch, heads }, dropped) {
    const width = (q.shape[1] ?? 0) / heads
    const split = (x: Tensor2D) => tf.transpose(tf.reshape(x, [batch, x.shape[0] / batch, heads, width]), [0, 2, 1, 3])
    const logits = tf.add(tf.mul(tf.matMul(split(q), split(k), false, true), 1 / Math.sqrt(width)), keyBias)
    const shares = tf.softmax(logits)
    const mixed = tf.matMul(dropped ? dropout(shares, dropped.rate, dropped.seed) : shares, split(v))
    return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), q.shape)
  },

  crossEntropy(logits, labels) {
    const hot = tf.oneHot(tf.cast(labels, 'int32'), logits.shape[1])
    return tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), hot), 1))
  },

  dropout,

  sumOfSquares(tensors) {
    return tf.addN(tensors.map((tensor) => tf.sum(tf.square(tensor)) as Scalar))
  },

  variable(value) {
    return new PlainVariable(value)
  },
}

function dropout<T extends Tensor>(x: T, rate: number, seed: DropoutSeed): T {
  if (rate === 0) return x
  const uniform = tf.tensor(uniformArray(seed, x.size), x.shape)
  return tf.mul(x, tf.div(tf.cast(tf.greaterEqual(uniform, rate), 'float32'), 1 - rate))
}

/** Mean over [B, H, W] of each channel, an axis at a time: the library adds in one row, and a float32 sum of a whole map loses digits. */
function meanOfPlaces(x: Tensor): Tensor1D {
  return tf.mean(tf.mean(tf.mean(x, 2), 1), 0)
}

function blend(old: Tensor1D, fresh: Tensor): Tensor1D {
  return tf.add(tf.mul(old, 1 - runningShare), tf.mul(fresh, runningShare))
}

class PlainVariable implements Variable {
  readonly shape: number[]
  private value: Tensor
  private readonly state = new Map<string, Tensor>()

  constructor(value: Tensor) {
    this.shape = value.shape
    this.value = tf.keep(value.clone())
  }

  read(): Tensor {
    return this.value.clone()
  }

  assign(value: Tensor): void {
    this.value.dispose()
    this.value = tf.keep(value.clone())
  }

  adamw(gradient: Tensor, { step, learningRate, beta1, beta2, epsilon, weightDecay, form }: AdamWOptions): void {
    tf.tidy(() => {
      const kept = 1 - learningRate * weightDecay
      // Epsilon before bias correction is a larger one after it.
      const added = form === 'reference' ? epsilon / Math.sqrt(1 - beta2 ** step) : epsilon
      const m = tf.add(tf.mul(this.slot('m'), beta1), tf.mul(gradient, 1 - beta1))
      const v = tf.add(tf.mul(this.slot('v'), beta2), tf.mul(tf.square(gradient), 1 - beta2))
      const denominator = tf.add(tf.sqrt(tf.div(v, 1 - beta2 ** step)), added)
      const update = tf.mul(tf.div(tf.div(m, 1 - beta1 ** step), denominator), learningRate)
      this.assign(form === 'reference' ? tf.mul(tf.sub(this.value, update), kept) : tf.sub(tf.mul(this.value, kept), update))
      this.assignSlot('m', m)
      this.assignSlot('v', v)
    })
  }

  sgd(gradient: Tensor, { learningRate, momentum, weightDecay }: SgdOptions): void {
    tf.tidy(() => {
      const decayed = tf.add(gradient, tf.mul(this.value, weightDecay))
      const buffer = tf.add(tf.mul(this.slot('momentum'), momentum), decayed)
      this.assign(tf.sub(this.value, tf.mul(buffer, learningRate)))
      this.assignSlot('momentum', buffer)
    })
  }

  slots(): Record<string, Tensor> {
    return Object.fromEntries([...this.state].map(([name, tensor]) => [name, tensor.clone()]))
  }

  assignSlot(name: string, value: Tensor): void {
    this.state.get(name)?.dispose()
    this.state.set(name, tf.keep(value.clone()))
  }

  dispose(): void {
    this.value.dispose()
    for (const tensor of this.state.values()) tensor.dispose()
  }

  private slot(name: string): Tensor {
    return this.state.get(name) ?? tf.zeros(this.shape)
  }
}
