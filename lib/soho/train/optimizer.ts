import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { NamedArrays } from '../contract.ts'
import { toArray } from '../model/parameters.ts'
import type { Parameters } from '../model/parameters.ts'
import { kernels } from '../nn/current-kernels.ts'
import type { AdamWOptions } from '../nn/kernels.ts'
import type { OptimizerConfiguration } from './schedule.ts'

/** What the rules have beside rates and decays. */
export interface OptimizerRules {
  adamw: Pick<AdamWOptions, 'beta1' | 'beta2' | 'epsilon' | 'form'>
  /** SGD's. */
  momentum: number
}

/** The reference code's: betas 0.9 and 0.999, epsilon 1e-6; SGD momentum 0.9. Decay applies to every parameter, as there. */
const usualRules: OptimizerRules = { adamw: { beta1: 0.9, beta2: 0.999, epsilon: 1e-6 }, momentum: 0.9 }
const slotPrefix = 'optimizer.'

/** Moves a model's parameters: the encoder's by SGD or AdamW, the rest by AdamW. */
export class Optimizer {
  private readonly parameters: Parameters
  private readonly configuration: OptimizerConfiguration
  private readonly rules: OptimizerRules
  /** Updates made; AdamW's bias correction counts them. */
  updates = 0

  constructor(parameters: Parameters, configuration: OptimizerConfiguration, rules = usualRules) {
    this.parameters = parameters
    this.configuration = configuration
    this.rules = rules
  }

  /**
   * One update; disposes the gradients. Parameters without a gradient (frozen, or not part of the loss) stay.
   * @param factor of the learning rates, see `rateFactor`
   * @returns the global L2 norm before clipping
   */
  update(gradients: Map<string, Tensor>, factor: number): number {
    const { clipNorm, encoder, encoderLearningRate, encoderWeightDecay, learningRate, weightDecay } = this.configuration
    const norm = globalNorm([...gradients.values()])
    const scale = clipNorm > 0 && norm > clipNorm ? clipNorm / norm : 1
    const { adamw, momentum } = this.rules
    this.updates += 1
    for (const { name, group, variable } of this.parameters.all()) {
      const found = gradients.get(name)
      if (!found) continue
      const gradient = scale === 1 ? found : tf.mul(found, scale)
      const isEncoder = group === 'encoder'
      const rate = factor * (isEncoder ? encoderLearningRate : learningRate)
      const decay = isEncoder ? encoderWeightDecay : weightDecay
      if (isEncoder && encoder === 'sgd') variable.sgd(gradient, { learningRate: rate, momentum, weightDecay: decay })
      else variable.adamw(gradient, { ...adamw, step: this.updates, learningRate: rate, weightDecay: decay })
      if (gradient !== found) gradient.dispose()
      found.dispose()
    }
    return norm
  }

  arrays(): NamedArrays {
    const arrays: NamedArrays = new Map()
    for (const { name, variable } of this.parameters.all()) {
      for (const [slot, tensor] of Object.entries(variable.slots())) arrays.set(`${slotPrefix}${slot}.${name}`, toArray(tensor, true))
    }
    return arrays.set(`${slotPrefix}updates`, { shape: [1], data: Int32Array.of(this.updates) })
  }

  load(arrays: NamedArrays): void {
    this.updates = arrays.get(`${slotPrefix}updates`)?.data[0] ?? 0
    for (const { name, variable } of this.parameters.all()) {
      for (const slot of ['m', 'v', 'momentum']) {
        const found = arrays.get(`${slotPrefix}${slot}.${name}`)
        if (found) tf.tidy(() => variable.assignSlot(slot, tf.tensor(found.data, found.shape)))
      }
    }
  }
}

function globalNorm(gradients: Tensor[]): number {
  if (gradients.length === 0) return 0
  return tf.tidy(() => Math.sqrt(kernels().sumOfSquares(gradients).dataSync()[0] ?? NaN))
}
