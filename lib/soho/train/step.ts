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
    const { loss, report } = forward(pass)
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

/** The mean of micro-batches: gradients and reports. Disposes the parts. */
export function addGradients(parts: readonly Gradients[]): Gradients {
  const [first, ...rest] = parts
  if (!first) throw new Error('no micro-batch')
  if (rest.length === 0) return first
  const gradients = new Map<string, Tensor>()
  for (const name of first.gradients.keys()) {
    const own = parts.map((part) => found(part.gradients, name))
    gradients.set(name, tf.tidy(() => tf.div(tf.addN(own), parts.length))) // prettier-ignore
    for (const tensor of own) tensor.dispose()
  }
  const mean = (name: string) => parts.reduce((sum, part) => sum + (part.report[name] ?? 0), 0) / parts.length
  return { gradients, report: Object.fromEntries(Object.keys(first.report).map((name) => [name, mean(name)])) }
}
