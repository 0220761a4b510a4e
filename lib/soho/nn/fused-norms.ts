import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import type { BatchNormState } from './kernels.ts'
import { attribute, multiple } from './native-backend.ts'

const batchNormEpsilon = 1e-5
const affineEpsilon = 1e-3

interface NormOptions {
  epsilon: number
  format: 'NHWC' | 'NCHW'
  training: boolean
}

function gradientAttributes({ epsilon, format, training }: NormOptions) {
  return [
    attribute.type('T'),
    attribute.type('U'),
    attribute.float('epsilon', epsilon),
    attribute.string('data_format', format),
    attribute.bool('is_training', training),
  ]
}

function forward(options: NormOptions, share: number, inputs: Tensor[]): Tensor[] {
  return multiple('FusedBatchNormV3', [...gradientAttributes(options), attribute.float('exponential_avg_factor', share)], inputs, 6)
}

function backward(options: NormOptions, inputs: Tensor[]): Tensor[] {
  return multiple('FusedBatchNormGradV3', gradientAttributes(options), inputs, 5).slice(0, 3)
}

export function fusedBatchNorm(x: Tensor4D, scale: Tensor1D, offset: Tensor1D, state: BatchNormState, training: boolean): Tensor4D {
  const options: NormOptions = { epsilon: batchNormEpsilon, format: 'NHWC', training }
  const op = tf.customGrad(((x: Tensor, scale: Tensor, offset: Tensor, save: (tensors: Tensor[]) => void) => {
    const [y, mean, variance, r1, r2, r3] = forward(options, training ? 0.1 : 1, [x, scale, offset, state.mean, state.variance]) as [
      Tensor,
      Tensor1D,
      Tensor1D,
      Tensor,
      Tensor,
      Tensor,
    ]
    if (training) state.update(mean, variance)
    // In evaluation the operation leaves its reserve spaces unset: the gradient wants the statistics that were given.
    save(training ? [x, scale, r1, r2, r3] : [x, scale, state.mean, state.variance, tf.tensor1d([])])
    return { value: y, gradFunc: (dy: Tensor, saved: Tensor[]) => backward(options, [dy, ...saved]) }
  }) as never)
  return op(x, scale, offset) as Tensor4D
}

/**
 * Two batch norms stand for a layer norm. The first sees rows as channels (NCHW, batch statistics) and normalises; the second is
 * in inference mode with mean 0 and variance 1 and applies scale and offset, whose gradients it then gives for nothing.
 */
export function fusedLayerNorm(x: Tensor2D, scale: Tensor1D, offset: Tensor1D, epsilon: number): Tensor2D {
  const [rows, width] = x.shape
  const normal: NormOptions = { epsilon, format: 'NCHW', training: true }
  const affine: NormOptions = { epsilon: affineEpsilon, format: 'NHWC', training: false }
  const op = tf.customGrad(((x: Tensor, scale: Tensor, offset: Tensor, save: (tensors: Tensor[]) => void) => {
    const ones = tf.ones([rows])
    const empty = tf.tensor1d([])
    const tall = tf.reshape(x, [1, rows, width, 1])
    const first = forward(normal, 1, [tall, ones, tf.zeros([rows]), empty, empty])
    const [plain, , , r1, r2, r3] = first as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
    const flat = tf.reshape(plain, [1, 1, rows, width])
    const mean = tf.zeros([width])
    const variance = tf.fill([width], 1 - affineEpsilon)
    const y = forward(affine, 1, [flat, scale, offset, mean, variance])[0] as Tensor
    save([tall, ones, r1, r2, r3, flat, scale, mean, variance])
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const [tall, ones, r1, r2, r3, flat, scale, mean, variance] = saved as Tensor[] & { length: 9 }
      const second = backward(affine, [tf.reshape(dy, [1, 1, rows, width]), flat, scale, mean, variance, tf.tensor1d([])] as Tensor[])
      const [dPlain, dScale, dOffset] = second as [Tensor, Tensor, Tensor]
      const dx = backward(normal, [tf.reshape(dPlain, [1, rows, width, 1]), tall, ones, r1, r2, r3] as Tensor[])[0] as Tensor
      return [tf.reshape(dx, [rows, width]), dScale, dOffset]
    }
    return { value: tf.reshape(y, [rows, width]), gradFunc }
  }) as never)
  return op(x, scale, offset) as Tensor2D
}
