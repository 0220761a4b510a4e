import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import type { BatchNormState } from './kernels.ts'
import { attribute, multiple } from './native-backend.ts'
import { biasAdd, biasAddGradient, meanOfRows, mul, plus, sub, unary } from './native-ops.ts'

const batchNormEpsilon = 1e-5
const runningShare = 0.1

function gradientAttributes(training: boolean) {
  return [
    attribute.type('T'),
    attribute.type('U'),
    attribute.float('epsilon', batchNormEpsilon),
    attribute.string('data_format', 'NHWC'),
    attribute.bool('is_training', training),
  ]
}

function forward(training: boolean, inputs: Tensor[]): Tensor[] {
  const share = attribute.float('exponential_avg_factor', training ? runningShare : 1)
  return multiple('FusedBatchNormV3', [...gradientAttributes(training), share], inputs, 6)
}

function backward(training: boolean, inputs: Tensor[]): Tensor[] {
  return multiple('FusedBatchNormGradV3', gradientAttributes(training), inputs, 5).slice(0, 3)
}

export function fusedBatchNorm(x: Tensor4D, scale: Tensor1D, offset: Tensor1D, state: BatchNormState, training: boolean): Tensor4D {
  const op = tf.customGrad(((x: Tensor, scale: Tensor, offset: Tensor, save: (tensors: Tensor[]) => void) => {
    const [y, mean, variance, r1, r2, r3] = forward(training, [x, scale, offset, state.mean, state.variance]) as [
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
    return { value: y, gradFunc: (dy: Tensor, saved: Tensor[]) => backward(training, [dy, ...saved]) }
  }) as never)
  return op(x, scale, offset) as Tensor4D
}

/**
 * Means, not the batch norm of rows as channels: without oneDNN (any processor older than AVX-512) that transposes every time.
 * With n = (x - mean) / deviation: dx = (g - mean(g) - n mean(g n)) / deviation, where g = dy scale.
 */
export function fusedLayerNorm(x: Tensor2D, scale: Tensor1D, offset: Tensor1D, epsilon: number): Tensor2D {
  const op = tf.customGrad(((x: Tensor, scale: Tensor, offset: Tensor, save: (tensors: Tensor[]) => void) => {
    const centred = sub(x, meanOfRows(x))
    const inverse = unary('Rsqrt', plus(meanOfRows(unary('Square', centred)), epsilon))
    const normal = mul(centred, inverse)
    save([normal, inverse, scale])
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const [normal, inverse, scale] = saved as [Tensor, Tensor, Tensor]
      const along = mul(dy, normal)
      const scaled = mul(dy, scale)
      const rest = sub(sub(scaled, meanOfRows(scaled)), mul(normal, meanOfRows(mul(along, scale))))
      return [mul(rest, inverse), biasAddGradient(along), biasAddGradient(dy)]
    }
    return { value: biasAdd(mul(normal, scale), offset), gradFunc }
  }) as never)
  return op(x, scale, offset) as Tensor2D
}
