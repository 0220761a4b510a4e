import * as tf from '@tensorflow/tfjs-core'
import { sectionOf } from '../config.ts'
import type { TaskKind } from '../config.ts'
import type { ImageBatch } from '../contract.ts'
import { randomKey } from '../data/random.ts'
import { see } from '../model/soho.ts'
import type { Soho, VisualTokens } from '../model/soho.ts'
import { addAssignments, assign, updateDictionary } from '../model/visual-dictionary.ts'
import type { Assignment } from '../model/visual-dictionary.ts'
import type { Optimizer } from '../train/optimizer.ts'
import { rateFactor } from '../train/schedule.ts'
import { differentiate, GradientSum } from '../train/step.ts'
import type { Task } from './task.ts'

/** A part of a batch, with its images. */
export interface Part {
  /** Among the parts of its batch. */
  number: number
  /** Positions of the examples of the whole batch, and of this part. */
  batch: number[]
  examples: number[]
  needed: number[]
  pixels: ImageBatch
}

/** Moves the model by steps of one or more parts; the codebook moves with the features as in pre-training, and nothing is revived. */
export class TaskTrainer {
  private readonly model: Soho
  private readonly optimizer: Optimizer
  private readonly task: Task
  private readonly kind: TaskKind
  private readonly plan: { seed: number; stepsPerEpoch: number; stepsTotal: number }
  private readonly sum = new GradientSum()
  private found: Assignment | null = null

  constructor(model: Soho, optimizer: Optimizer, task: Task, kind: TaskKind, plan: TaskTrainer['plan']) {
    this.model = model
    this.optimizer = optimizer
    this.task = task
    this.kind = kind
    this.plan = plan
  }

  compute(step: number, { number, batch, examples, needed, pixels }: Part): void {
    const { model, task, plan } = this
    const { seed } = plan
    const { input, accumulationSteps } = this.settings
    const slots = new Map(needed.map((image, i) => [image, i]))
    const slot = (image: number) => slots.get(image) as number
    let terms = 0
    const part = differentiate(model, randomKey(seed, 'dropout', step * accumulationSteps + number), false, (pass) => {
      const seen = see(model, pass, pixels, input === 'features')
      if (input === 'dictionary') this.keepAssignment(seen)
      const objective = task.objective({ pass, model, seen, batch, examples, slot, seed, step })
      terms = objective.terms
      return objective
    })
    this.sum.add(part, terms)
  }

  update(step: number): Record<string, number> {
    const { model, found, plan } = this
    const { optimizer: settings } = this.settings
    const { gradients, report } = this.sum.mean()
    const factor = rateFactor(settings, step, plan.stepsPerEpoch, plan.stepsTotal)
    const gradientNorm = this.optimizer.update(gradients, factor)
    this.found = null
    if (found) {
      updateDictionary(model.parameters, model.configuration.dictionary, found)
      for (const tensor of [found.counts, found.sums]) tensor.dispose()
    }
    return { ...report, gradientNorm, learningRate: factor * settings.learningRate }
  }

  private get settings() {
    return this.model.configuration[sectionOf[this.kind]]
  }

  /** What a part says about the dictionary, for after the update; nothing without one. */
  private keepAssignment({ features, indices, valid }: VisualTokens): void {
    if (!indices) return
    const { counts, sums } = assign(features, indices, tf.tensor1d(valid), this.model.configuration.dictionary.size)
    const own = { counts: tf.keep(counts), sums: tf.keep(sums) }
    this.found = this.found ? addAssignments(this.found, own) : own
  }
}
