import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { Random } from '../data/random.ts'
import { Parameters, small } from '../model/parameters.ts'
import { kernels } from '../nn/current-kernels.ts'
import { Optimizer } from './optimizer.ts'
import type { OptimizerConfiguration } from './schedule.ts'

const configuration: OptimizerConfiguration = {
  ...{ encoder: 'sgd', encoderLearningRate: 0.1, encoderWeightDecay: 0.01, learningRate: 0.05, weightDecay: 0.02, clipNorm: 0 },
  ...{ schedule: 'constant', warmupSteps: 0, milestones: [], milestoneFactor: 1 },
}
const shapes: Record<string, [group: 'encoder' | 'rest', shape: number[]]> = {
  scale: ['encoder', [3]],
  offset: ['encoder', [5]],
  weight: ['rest', [2, 3]],
  bias: ['rest', [3]],
  norm: ['rest', [4]],
  late: ['rest', [2]],
}
/** Which parameters have a gradient in each step: one thaws, one rests for a step. */
const present = [
  ['scale', 'offset', 'weight', 'bias', 'norm'],
  Object.keys(shapes),
  ['scale', 'weight', 'bias', 'late'],
  Object.keys(shapes),
]

const gradientOf = (name: string, step: number) => {
  const shape = shapes[name]?.[1] ?? []
  return tf.tensor(new Random(step, `gradient ${name}`).normals(shape.reduce((a, b) => a * b, 1), 1), shape) // prettier-ignore
}

/** Every parameter moved by itself, by the rule of its group. */
function oneByOne(start: Map<string, tf.Tensor>): Map<string, number[]> {
  const variables = [...start].map(([name, value]) => [name, kernels().variable(value)] as const)
  for (const [step, names] of present.entries()) {
    for (const [name, variable] of variables.filter(([name]) => names.includes(name))) {
      const options = { step: step + 1, learningRate: 0.05, beta1: 0.9, beta2: 0.999, epsilon: 1e-6, weightDecay: 0.02 }
      if (shapes[name]?.[0] === 'rest') variable.adamw(gradientOf(name, step), options)
      else variable.sgd(gradientOf(name, step), { learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 })
    }
  }
  return new Map(variables.map(([name, variable]) => [name, [...variable.read().dataSync()]]))
}

it('parameters moved together end where each by itself would, whichever have gradients, and after being stored between steps', () => {
  const create = () => {
    const parameters = new Parameters(3)
    for (const [name, [group, shape]] of Object.entries(shapes)) parameters.add(name, group, shape, small)
    return parameters
  }
  let parameters = create()
  const wanted = oneByOne(new Map(parameters.all().map(({ name, variable }) => [name, variable.read()])))
  let optimizer = new Optimizer(parameters, configuration)
  for (const [step, names] of present.entries()) {
    optimizer.update(new Map(names.map((name) => [name, gradientOf(name, step)])), 1)
    if (step === 2) {
      // Read and written in place, while they are together.
      parameters.load(parameters.arrays())
      optimizer.load(optimizer.arrays())
    }
    if (step !== 1) continue
    // Another process goes on from what was stored.
    const [values, state] = [parameters.arrays(), optimizer.arrays()]
    parameters.dispose()
    parameters = create()
    parameters.load(values)
    optimizer = new Optimizer(parameters, configuration)
    optimizer.load(state)
  }
  for (const { name, variable } of parameters.all()) expect([...variable.read().dataSync()], name).toEqual(wanted.get(name))
})
