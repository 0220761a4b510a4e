import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { differentiable } from './differentiable.ts'
import type { BatchNormState } from './kernels.ts'
import { attribute, isOnGpu, multiple } from './native-backend.ts'
import { add, biasAdd, biasAddGradient, meanOfRows, mul, plus, reshape, sub, unary } from './native-ops.ts'

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
  if (training && placesOf(x) > placesInOneRow && !isOnGpu()) return batchNormOfLargeMaps(x, scale, offset, state)
  return differentiable([x, scale, offset], () => {
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
    const saved = training ? [x, scale, r1, r2, r3] : [x, scale, state.mean, state.variance, tf.tensor1d([])]
    return { value: y, saved, backward: (dy, saved) => backward(training, [dy, ...saved]) }
  })
}

/** Up to so many places a sum in one row is as good as any. */
const placesInOneRow = 1024

/**
 * On a processor the operation adds all places of a map in one row, and float32 loses digits: 25,000 places leave an error of 5e-4 in the
 * normalised values, a hundred times that of a sum of sums. So large maps are summed here, and the operation only normalises.
 */
function batchNormOfLargeMaps(x: Tensor4D, scale: Tensor1D, offset: Tensor1D, state: BatchNormState): Tensor4D {
  return differentiable([x, scale, offset], () => {
    const count = placesOf(x)
    const mean = mul(sumOfPlaces(x), 1 / count)
    const variance = mul(sumOfPlaces(unary('Square', sub(x, mean))), 1 / count)
    const move = (old: Tensor, fresh: Tensor) => add(mul(old, 1 - runningShare), mul(fresh, runningShare)) as Tensor1D
    state.update(move(state.mean, mean), move(state.variance, mul(variance, count / (count - 1))))
    const value = forward(false, [x, scale, offset, mean, variance])[0] as Tensor
    return { value, saved: [x, scale, mean, variance, tf.tensor1d([])], backward: (dy, saved) => backward(true, [dy, ...saved]) }
  })
}

function placesOf(x: Tensor): number {
  return x.size / (x.shape[3] ?? 1)
}

/** Sums over [B, H, W]: of groups of places, laid side by side as more channels, and then of the groups. */
function sumOfPlaces(x: Tensor): Tensor {
  const places = placesOf(x)
  const groups = divisorNearRoot(places)
  const laid = reshape(x, [places / groups, x.size / (places / groups)])
  return biasAddGradient(reshape(biasAddGradient(laid), [groups, x.size / places]))
}

function divisorNearRoot(count: number): number {
  let divisor = Math.floor(Math.sqrt(count))
  while (count % divisor !== 0) divisor -= 1
  return divisor
}

/**
 * Means, not the batch norm of rows as channels: without oneDNN (any processor older than AVX-512) that transposes every time.
 * With n = (x - mean) / deviation: dx = (g - mean(g) - n mean(g n)) / deviation, where g = dy scale.
 */
export function fusedLayerNorm(x: Tensor2D, scale: Tensor1D, offset: Tensor1D, epsilon: number): Tensor2D {
  return differentiable([x, scale, offset], () => {
    const centred = sub(x, meanOfRows(x))
    const inverse = unary('Rsqrt', plus(meanOfRows(unary('Square', centred)), epsilon))
    const normal = mul(centred, inverse)
    const backward = (dy: Tensor, saved: Tensor[]) => {
      const [normal, inverse, scale] = saved as [Tensor, Tensor, Tensor]
      const along = mul(dy, normal)
      const scaled = mul(dy, scale)
      const rest = sub(sub(scaled, meanOfRows(scaled)), mul(normal, meanOfRows(mul(along, scale))))
      return [mul(rest, inverse), biasAddGradient(along), biasAddGradient(dy)]
    }
    return { value: biasAdd(mul(normal, scale), offset), saved: [normal, inverse, scale], backward }
  })
}
