import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { NamedArrays } from '../contract.ts'
import { toArray } from '../model/parameters.ts'
import type { Parameter, ParameterGroup, Parameters } from '../model/parameters.ts'
import { kernels } from '../nn/current-kernels.ts'
import type { AdamWOptions, Variable } from '../nn/kernels.ts'
import { Pack } from './pack.ts'
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

/** A gradient, and what hands out the variable that it moves. */
interface Move {
  group: ParameterGroup
  gradient: Tensor
  with: (move: (variable: Variable) => void) => void
}

/** Moves a model's parameters: the encoder's by SGD or AdamW, the rest by AdamW. */
export class Optimizer {
  private readonly parameters: Parameters
  private readonly configuration: OptimizerConfiguration
  private readonly rules: OptimizerRules
  private readonly packs = new Map<ParameterGroup, Pack>()
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
    const { clipNorm } = this.configuration
    const moves = this.movesOf(gradients)
    const norm = globalNorm(moves.map(({ gradient }) => gradient))
    const scale = clipNorm > 0 && norm > clipNorm ? clipNorm / norm : 1
    this.updates += 1
    for (const { group, gradient, with: moveWith } of moves) {
      const scaled = scale === 1 ? gradient : tf.mul(gradient, scale)
      moveWith((variable) => this.move(variable, group, scaled, factor))
      if (scaled !== gradient) scaled.dispose()
      gradient.dispose()
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

  private move(variable: Variable, group: ParameterGroup, gradient: Tensor, factor: number): void {
    const { encoder, encoderLearningRate, encoderWeightDecay, learningRate, weightDecay } = this.configuration
    const { adamw, momentum } = this.rules
    const isEncoder = group === 'encoder'
    const rate = factor * (isEncoder ? encoderLearningRate : learningRate)
    const decay = isEncoder ? encoderWeightDecay : weightDecay
    if (isEncoder && encoder === 'sgd') variable.sgd(gradient, { learningRate: rate, momentum, weightDecay: decay })
    else variable.adamw(gradient, { ...adamw, step: this.updates, learningRate: rate, weightDecay: decay })
  }

  /** What is to be moved by what: whole packs, and every other parameter that has a gradient. Takes over the gradients. */
  private movesOf(gradients: Map<string, Tensor>): Move[] {
    const moves: Move[] = []
    const concerned = this.parameters.all().filter(({ name }) => gradients.has(name))
    const gradientOf = ({ name }: Parameter) => gradients.get(name) as Tensor
    for (const group of ['encoder', 'rest'] as const) {
      const small = concerned.filter(({ group: own, variable }) => own === group && variable.shape.length === 1)
      const pack = small.length > 0 ? this.packOf(group, small) : null
      const own = small.map(gradientOf)
      if (pack) moves.push({ group, gradient: pack.join(own), with: (move) => pack.move(move) })
      for (const gradient of own) gradient.dispose()
    }
    for (const parameter of concerned) {
      const { group, variable } = parameter
      if (variable.shape.length !== 1) moves.push({ group, gradient: gradientOf(parameter), with: (move) => move(variable) })
    }
    return moves
  }

  /** Which parameters have gradients changes seldom: when a network thaws, or a dictionary begins. */
  private packOf(group: ParameterGroup, parameters: readonly Parameter[]): Pack {
    const known = this.packs.get(group)
    if (known?.parameters.length === parameters.length && known.parameters.every((own, i) => own === parameters[i])) return known
    known?.undo()
    const fresh = new Pack(parameters)
    this.packs.set(group, fresh)
    return fresh
  }
}

function globalNorm(gradients: Tensor[]): number {
  if (gradients.length === 0) return 0
  return tf.tidy(() => Math.sqrt(kernels().sumOfSquares(gradients).dataSync()[0] ?? NaN))
}
