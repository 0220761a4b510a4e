import * as tf from '@tensorflow/tfjs-core'
import type { Soho } from '../model/soho.ts'
import { differentiate } from '../train/step.ts'
import type { Comparisons } from './compare.ts'
import type { Golden } from './golden.ts'
import { optimizerOf } from './optimizer-rule.ts'
import { modelName } from './reference-layout.ts'
import { lossNames, sohoForward } from './soho-forward-pass.ts'
import type { Total } from './soho-forward-pass.ts'
import { buildModel } from './soho-forward-setting.ts'
import type { Setting } from './soho-forward-setting.ts'

/** Losses, codewords and sizes of the parameters along a few optimiser steps, by each optimiser of the case. */
export function checkTrajectories(golden: Golden, found: Comparisons, setting: Setting): void {
  for (const run of golden.runs('input/trajectory/')) checkTrajectory(golden, found, setting, run)
}

function checkTrajectory(golden: Golden, found: Comparisons, setting: Setting, run: string): void {
  const key = (name: string) => `output/trajectory/${run}/${name}`
  const words = (golden.entry.hyper['trajectories'] as Record<string, string>)[run] ?? ''
  const total = (/loss (total_\w+)/.exec(words)?.[1] ?? 'total_positives') as Total
  const model = buildModel(golden, setting)
  const optimizer = optimizerOf(model.parameters, run, words, {})
  const rates = golden.numbers(`input/trajectory/${run}/learning_rates`)
  const losses: number[] = []
  const indices: number[] = []
  const norms: number[] = []
  for (let step = 0; step <= rates.length; step += 1) {
    const { gradients, report } = differentiate(model, [0, 0], false, (pass) =>
      sohoForward(golden, setting, model, pass, total, (seen) => indices.push(...seen.indices)),
    )
    losses.push(...lossNames.map((name) => report[name] as number))
    const rate = rates[step]
    if (rate === undefined) break
    norms.push(optimizer.update(gradients, rate))
    if (golden.has(key(`param_l2_norms_after_${step + 1}`))) compareNorms(golden, found, model, run, step + 1)
  }
  found.exact(`${run}: indices`, indices, golden.get(key('indices')).data)
  found.near(`${run}: losses`, losses, golden.get(key('losses')).data, golden.tolerance('trajectory_loss', 1e-4))
  const codebook = key(`codebook_after_${rates.length + 1}_forwards`)
  const rows = model.parameters.buffer('neck.codebook').dataSync()
  found.near(`${run}: codebook`, rows, golden.get(codebook).data, golden.tolerance('trajectory_codebook', 1e-3))
  const clipped = key('grad_norm_before_clipping')
  if (golden.has(clipped))
    found.near(`${run}: norms of the gradients`, norms, golden.get(clipped).data, golden.tolerance('trajectory_loss', 1e-4))
  model.parameters.dispose()
}

function compareNorms(golden: Golden, found: Comparisons, model: Soho, run: string, steps: number): void {
  const order = golden.entry.hyper['parameter_order'] as string[]
  const byName = new Map(model.parameters.all().map(({ name, variable }) => [name, variable]))
  const norms = order.map((name) => tf.tidy(() => tf.norm(byName.get(modelName(name))?.read() ?? tf.scalar(NaN)).dataSync()[0] as number))
  const wanted = golden.get(`output/trajectory/${run}/param_l2_norms_after_${steps}`).data
  found.near(`${run}: sizes after ${steps}`, norms, wanted, golden.tolerance('trajectory_param_norms', 1e-4))
}
