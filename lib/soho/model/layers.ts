import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { kernels } from '../nn/current-kernels.ts'
import type { Dropped } from '../nn/kernels.ts'
import { kaiming, linearStart, one, zero } from './parameters.ts'
import type { ParameterGroup, Parameters, Read } from './parameters.ts'

/** What a forward pass knows: the present weights, and whether it trains. */
export interface Pass {
  read: Read
  parameters: Parameters
  training: boolean
  /** Two seed words of this step's dropout; each use adds its own counter. */
  dropoutSeed: readonly [number, number]
  dropoutRate: number
  dropoutUses: number
  /** The parameters that a gradient is asked of; left out where no gradient is. */
  asked?: ReadonlySet<string>
  /** Segments keep their inputs alone and are computed again in the backward pass. */
  checkpoints?: boolean
  /** A segment is computed again: what the first time moved must not move twice. */
  isSecond?: boolean
  /** Is shown the value of every named layer as it is computed, so that a check can look inside. */
  observe?: (name: string, value: Tensor) => void
}

function observed<T extends Tensor>(pass: Pass, name: string, value: T): T {
  pass.observe?.(name, value)
  return value
}

export function addLinear(p: Parameters, name: string, inputs: number, outputs: number, bias = true, start = linearStart): void {
  p.add(`${name}.weight`, 'rest', [inputs, outputs], start)
  if (bias) p.add(`${name}.bias`, 'rest', [outputs], zero)
}

/** [N, I] -> [N, O] */
export function linear(pass: Pass, name: string, x: Tensor, bias = true): Tensor2D {
  const offset = bias ? (pass.read(`${name}.bias`) as Tensor1D) : null
  return observed(pass, name, kernels().linear(x as Tensor2D, pass.read(`${name}.weight`) as Tensor2D, offset))
}

export function addLayerNorm(p: Parameters, name: string, width: number): void {
  p.add(`${name}.weight`, 'rest', [width], one)
  p.add(`${name}.bias`, 'rest', [width], zero)
}

/** BERT's epsilon. */
const layerNormEpsilon = 1e-12

export function layerNorm(pass: Pass, name: string, x: Tensor, epsilon = layerNormEpsilon): Tensor2D {
  const [scale, offset] = [pass.read(`${name}.weight`) as Tensor1D, pass.read(`${name}.bias`) as Tensor1D]
  return observed(pass, name, kernels().layerNorm(x as Tensor2D, scale, offset, epsilon))
}

export function addConvolution(
  p: Parameters,
  name: string,
  group: ParameterGroup,
  side: number,
  inputs: number,
  outputs: number,
  bias = false,
): void {
  p.add(`${name}.weight`, group, [side, side, inputs, outputs], kaiming(side * side * outputs))
  if (bias) p.add(`${name}.bias`, group, [outputs], zero)
}

/** [B, H, W, I] -> [B, H', W', O], padded by half the kernel. */
export function convolution(pass: Pass, name: string, x: Tensor4D, stride: number, leaf = false): Tensor4D {
  const weight = pass.read(`${name}.weight`) as Tensor4D
  return observed(pass, name, kernels().conv2d(x, weight, stride, Math.floor((weight.shape[0] - 1) / 2), leaf))
}

export function addBatchNorm(p: Parameters, name: string, group: ParameterGroup, width: number): void {
  p.add(`${name}.weight`, group, [width], one)
  p.add(`${name}.bias`, group, [width], zero)
  p.addBuffer(`${name}.running_mean`, [width], zero)
  p.addBuffer(`${name}.running_var`, [width], one)
}

export function batchNorm(pass: Pass, name: string, x: Tensor4D, training = pass.training): Tensor4D {
  const { parameters } = pass
  const state = {
    mean: parameters.buffer(`${name}.running_mean`) as Tensor1D,
    variance: parameters.buffer(`${name}.running_var`) as Tensor1D,
    update: (mean: Tensor1D, variance: Tensor1D) => {
      if (pass.isSecond) return
      parameters.setBuffer(`${name}.running_mean`, mean)
      parameters.setBuffer(`${name}.running_var`, variance)
    },
  }
  const [scale, offset] = [pass.read(`${name}.weight`) as Tensor1D, pass.read(`${name}.bias`) as Tensor1D]
  return observed(pass, name, kernels().batchNorm(x, scale, offset, state, training))
}

export function dropout<T extends Tensor>(pass: Pass, x: T): T {
  const dropped = nextDropped(pass)
  return dropped ? kernels().dropout(x, dropped.rate, dropped.seed) : x
}

/** What the next use of dropout zeroes; undefined where nothing is dropped. */
export function nextDropped(pass: Pass): Dropped | undefined {
  if (!pass.training || pass.dropoutRate === 0) return undefined
  pass.dropoutUses += 1
  return { rate: pass.dropoutRate, seed: [pass.dropoutSeed[0], (pass.dropoutSeed[1] + pass.dropoutUses) >>> 0] }
}

/** Rows of a table: [V, D] by int32 ids [N] -> [N, D]. */
export function rows(table: Tensor, ids: Tensor): Tensor2D {
  return tf.gather(table, ids) as Tensor2D
}

/** The value of `x`, through which no gradient passes. */
export function stopGradient<T extends Tensor>(x: T): T {
  const op = tf.customGrad(((x: Tensor, save: (tensors: Tensor[]) => void) => {
    save([])
    return { value: x.clone(), gradFunc: (dy: Tensor) => [tf.zerosLike(dy)] }
  }) as never)
  return op(x) as T
}
