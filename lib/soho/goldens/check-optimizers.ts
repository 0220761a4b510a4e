import type { Tensor } from '@tensorflow/tfjs-core'
import { Parameters, toArray, zero } from '../model/parameters.ts'
import type { Comparisons } from './compare.ts'
import type { Golden } from './golden.ts'
import { optimizerOf } from './optimizer-rule.ts'
import { toTensor } from './run-part.ts'

/** Optimisers alone: given gradients and rates, parameters after some of the steps. Layouts do not matter to them. */
export function checkOptimizers(golden: Golden, found: Comparisons): void {
  const { hyper } = golden.entry
  const tolerance = golden.tolerance('forward', 1e-5)
  const names = golden.under('param/')
  const rates = golden.numbers('input/learning_rates')
  for (const run of golden.runs('output/')) {
    const parameters = new Parameters(1)
    for (const name of names) parameters.add(name, 'rest', golden.get(`param/${name}`).shape, zero)
    parameters.load(new Map(names.map((name) => [name, golden.get(`param/${name}`)])))
    const optimizer = optimizerOf(parameters, run, (hyper['runs'] as Record<string, string>)[run] ?? '', {
      betas: hyper['betas'] as number[],
      momentum: golden.size('momentum'),
      weightDecayAdamw: golden.size('weight_decay_adamw'),
      weightDecaySgd: golden.size('weight_decay_sgd'),
    })
    const norms = rates.map((rate, step) => {
      const norm = optimizer.update(new Map(names.map((name) => [name, gradientOf(golden, name, step)])), rate)
      for (const { name, variable } of parameters.all()) {
        const key = `output/${run}/after_${step + 1}/${name}`
        if (golden.has(key))
          found.near(`${run} ${name} after ${step + 1}`, toArray(variable.read(), true).data, golden.get(key).data, tolerance)
      }
      return norm
    })
    const key = `output/${run}/grad_norm`
    if (golden.has(key)) found.near(`${run} norm of the gradients`, norms, golden.get(key).data, tolerance)
    parameters.dispose()
  }
}

function gradientOf(golden: Golden, name: string, step: number): Tensor {
  const { shape, data } = golden.get(`input/gradients/${name}`)
  const size = data.length / (shape[0] as number)
  return toTensor({ shape: shape.slice(1), data: data.slice(step * size, (step + 1) * size) })
}
