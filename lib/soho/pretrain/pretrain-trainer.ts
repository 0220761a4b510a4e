import type { ImageBatch } from '../contract.ts'
import { randomKey } from '../data/random.ts'
import type { Soho } from '../model/soho.ts'
import type { Optimizer } from '../train/optimizer.ts'
import { rateFactor } from '../train/schedule.ts'
import { differentiate, GradientSum } from '../train/step.ts'
import type { PretrainBatch } from './batch.ts'
import { pretrainForward } from './objective.ts'
import type { PretrainForward } from './objective.ts'
import { joinFindings, moveDictionary } from './train-dictionary.ts'

export interface MicroBatch {
  batch: PretrainBatch
  pixels: ImageBatch
  /** Counts micro-batches over the whole training; keys their random numbers. */
  number: number
}

export interface Plan {
  stepsPerEpoch: number
  stepsTotal: number
  imagesPerBatch: number
}

/** Moves the model by steps of one or more micro-batches. */
export class PretrainTrainer {
  private readonly model: Soho
  private readonly optimizer: Optimizer
  private readonly seed: number
  private readonly plan: Plan
  private readonly sum = new GradientSum()
  private found: PretrainForward['dictionary'] = null

  constructor(model: Soho, optimizer: Optimizer, seed: number, plan: Plan) {
    this.model = model
    this.optimizer = optimizer
    this.seed = seed
    this.plan = plan
  }

  compute(step: number, { batch, pixels, number }: MicroBatch): void {
    const { model, seed, plan } = this
    const { encoder, dictionary } = model.configuration
    const frozenEncoder = step < encoder.coldStartEpochs * plan.stepsPerEpoch
    const withDictionary = step >= dictionary.warmupEpochs * plan.stepsPerEpoch
    const part = differentiate(model, randomKey(seed, 'dropout', number), frozenEncoder, (pass) => {
      const forward = pretrainForward(model, pass, pixels, batch, seed, number, withDictionary)
      this.found = joinFindings(this.found, forward.dictionary)
      return forward
    })
    this.sum.add(part)
  }

  update(step: number): Record<string, number> {
    const { model, optimizer, seed, plan, found } = this
    const { optimizer: settings } = model.configuration.pretrain
    const { gradients, report } = this.sum.mean()
    const factor = rateFactor(settings, step, plan.stepsPerEpoch, plan.stepsTotal)
    const gradientNorm = optimizer.update(gradients, factor)
    this.found = null
    const health = found ? moveDictionary(model, [found], { seed, step, stepsTotal: plan.stepsTotal }) : {}
    return { ...report, ...health, gradientNorm, learningRate: factor * settings.learningRate }
  }
}
