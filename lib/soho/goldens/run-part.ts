import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { NamedArray, NamedArrays } from '../contract.ts'
import type { Pass } from '../model/layers.ts'
import { toArray } from '../model/parameters.ts'
import type { Parameters } from '../model/parameters.ts'
import { found } from '../model/soho.ts'
import type { Golden } from './golden.ts'
import { fromReference } from './reference-layout.ts'

export function toTensor({ shape, data }: NamedArray): Tensor {
  return tf.tensor(data, shape, data instanceof Int32Array ? 'int32' : 'float32')
}

/**
 * Gives parameters and buffers the case's values.
 * @param rename the reference's name to ours
 * @param absent what the case may lack
 * @throws Error where the case lacks something, or has something that the part does not know
 */
export function loadGiven(parameters: Parameters, golden: Golden, rename: (name: string) => string, absent = /^$/): void {
  const arrays: NamedArrays = new Map()
  for (const kind of ['param/', 'buffer/']) {
    for (const name of golden.under(kind)) arrays.set(rename(name), fromReference(name, golden.get(kind + name)))
  }
  const known = parameters.arrays()
  const strange = [...arrays.keys()].filter((name) => !known.has(name))
  const missing = parameters.load(arrays).missing.filter((name) => !absent.test(name))
  if (missing.length > 0) throw new Error(`the case does not give ${missing.join(', ')}`)
  if (strange.length > 0) throw new Error(`the model has no ${strange.join(', ')}`)
}

/** Our usage of codewords is bookkeeping of our own; the reference has no such array. */
export const ownBookkeeping = /^neck\.codebook_usage$/

export interface PartRun {
  /** What the pass showed, and the outcome of `forward` as `output`. */
  observed: NamedArrays
  /** By parameter or input name. */
  gradients: NamedArrays
}

/**
 * Runs a part of the model forward and backward.
 * @param inputs named tensors that gradients are wanted for, beside the parameters
 * @param probe weights of the outcome's elements: the gradient is that of sum(outcome * probe)
 */
export function runPart(options: {
  parameters: Parameters
  training: boolean
  inputs: Record<string, NamedArray>
  probe: NamedArray
  forward: (pass: Pass, inputs: Record<string, Tensor>) => Tensor
}): PartRun {
  const { parameters, training, probe, forward } = options
  const observed: NamedArrays = new Map()
  const observe = (name: string, value: Tensor) => void observed.set(name, toArray(value, false))
  const values = new Map(parameters.all().map(({ name, variable }): [string, Tensor] => [name, variable.read()]))
  const inputs = Object.fromEntries(Object.entries(options.inputs).map(([name, array]) => [name, toTensor(array)]))
  const pass: Pass = {
    ...{ read: (name) => found(values, name), parameters, training, observe },
    ...{ dropoutSeed: [0, 0], dropoutRate: 0, dropoutUses: 0 },
  }
  const sources = [...values, ...Object.entries(inputs)]
  const run = () => {
    const outcome = forward(pass, inputs)
    observe('output', outcome)
    return tf.sum(tf.mul(outcome, tf.reshape(toTensor(probe), outcome.shape))) as Scalar
  }
  const tensors = sources.map(([, tensor]) => tensor)
  const { grads } = tf.engine().gradients(run, tensors)
  const gradients: NamedArrays = new Map()
  for (const [i, [name]] of sources.entries()) {
    const gradient = grads[i] as Tensor | null | undefined
    if (gradient) gradients.set(name, toArray(gradient, true))
  }
  return { observed, gradients }
}
