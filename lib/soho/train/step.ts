import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { isFrozenStart } from '../model/encoder-plan.ts'
import type { ParameterGroup } from '../model/parameters.ts'
import { createPass, found } from '../model/soho.ts'
import type { Soho } from '../model/soho.ts'
import type { Pass } from '../model/layers.ts'

/** What a forward pass hands back: the loss to differentiate, and scalars to report (`loss` is added). */
export interface Objective {
  loss: Scalar
  report: Record<string, Scalar>
}

export interface Gradients {
  /** By parameter name; the caller disposes them. */
  gradients: Map<string, Tensor>
  report: Record<string, number>
}

/**
 * Forward and backward through a model.
 * @param frozenEncoder leave the convolutional network without gradients (cold start)
 */
export function differentiate(
  model: Soho,
  dropoutSeed: readonly [number, number],
  frozenEncoder: boolean,
  forward: (pass: Pass) => Objective,
): Gradients {
  const chosen = model.parameters.all()
  const values = new Map<string, Tensor>(chosen.map(({ name, variable }) => [name, variable.read()]))
  const frozenStages = model.configuration.encoder.freezeStem ? 1 : 0
  const isFrozen = (name: string, group: ParameterGroup) => (frozenEncoder && group === 'encoder') || isFrozenStart(name, frozenStages)
  const asked = chosen.filter(({ name, group }) => !isFrozen(name, group)).map(({ name }) => name)
  const names: string[] = []
  let reported: Tensor | undefined
  const run = () => {
    const pass = createPass(model, (name) => found(values, name), true, dropoutSeed)
    const checkpoints = model.configuration.memory.gradientCheckpointing
    const { loss, report } = forward({ ...pass, asked: new Set(asked), checkpoints })
    names.push('loss', ...Object.keys(report))
    reported = tf.keep(tf.tidy(() => tf.stack([loss, ...Object.values(report)])))
    return loss
  }
  const inputs = asked.map((name) => found(values, name))
  const { value, grads } = tf.engine().gradients(run as () => Tensor, inputs)
  value.dispose()
  for (const tensor of values.values()) tensor.dispose()
  const numbers = reported?.dataSync() ?? []
  reported?.dispose()
  const gradients = new Map<string, Tensor>()
  for (const [i, name] of asked.entries()) {
    const gradient = grads[i] as Tensor | null | undefined
    if (gradient) gradients.set(name, gradient)
  }
  return { gradients, report: Object.fromEntries(names.map((name, i) => [name, numbers[i] as number])) }
}

/** The mean of micro-batches, added up as they come: beside the sum stand the gradients of one alone. */
export class GradientSum {
  private readonly sums = new Map<string, Tensor>()
  private reports: Record<string, number> = {}
  private parts = 0
  private weights = 0

  /** Takes over the gradients. @param weight how many terms the micro-batch's loss is the mean of, where micro-batches differ in it */
  add({ gradients, report }: Gradients, weight = 1): void {
    // One micro-batch alone keeps its bits; with a second one, the first is weighted too.
    if (this.parts === 1) this.weigh(this.sums, this.weights)
    if (this.parts > 0) this.weigh(gradients, weight)
    for (const [name, gradient] of gradients) {
      const sum = this.sums.get(name)
      this.sums.set(name, sum ? tf.add(sum, gradient) : gradient)
      if (sum) for (const tensor of [sum, gradient]) tensor.dispose()
    }
    for (const [name, value] of Object.entries(report)) this.reports[name] = (this.reports[name] ?? 0) + weight * value
    this.parts += 1
    this.weights += weight
  }

  /** Hands the mean over and begins anew. */
  mean(): Gradients {
    if (this.parts === 0) throw new Error('no micro-batch')
    if (this.parts > 1) this.weigh(this.sums, 1 / this.weights)
    const gradients = new Map(this.sums)
    const report = Object.fromEntries(Object.entries(this.reports).map(([name, sum]) => [name, sum / this.weights]))
    this.sums.clear()
    this.reports = {}
    ;[this.parts, this.weights] = [0, 0]
    return { gradients, report }
  }

  private weigh(gradients: Map<string, Tensor>, factor: number): void {
    if (factor === 1) return
    for (const [name, gradient] of gradients) {
      gradients.set(name, tf.mul(gradient, factor))
      gradient.dispose()
    }
  }
}
