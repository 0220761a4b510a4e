import type { NamedArrays } from '../contract.ts'
import { toArray } from '../model/parameters.ts'
import { differentiate } from '../train/step.ts'
import type { Comparisons } from './compare.ts'
import type { Golden } from './golden.ts'
import { fromReference, imagesToReference, modelName } from './reference-layout.ts'
import { checkTrajectories } from './soho-forward-trajectory.ts'
import { lossNames, sohoForward } from './soho-forward-pass.ts'
import type { Seen, Total } from './soho-forward-pass.ts'
import { buildModel, settingOf } from './soho-forward-setting.ts'
import type { Setting } from './soho-forward-setting.ts'

/** A whole small model: intermediates, losses, all gradients, state after the call, and some optimiser steps. */
export function checkSohoForward(golden: Golden, found: Comparisons): void {
  const setting = settingOf(golden)
  const totals = golden.runs('grad/') as Total[]
  for (const [i, total] of totals.entries()) {
    const model = buildModel(golden, setting)
    const observed: NamedArrays = new Map()
    let seen: Seen | null = null
    const { gradients, report } = differentiate(model, [0, 0], false, (pass) => {
      pass.observe = (name, value) => void observed.set(name, toArray(value, false))
      return sohoForward(golden, setting, model, pass, total, (shown) => (seen = shown))
    })
    if (i === 0) {
      compareOutputs(golden, found, setting, observed, seen as Seen | null)
      for (const name of lossNames) {
        found.near(`loss ${name}`, [report[name] as number], golden.get(`output/loss/${name}`).data, golden.tolerance('loss', 1e-5))
      }
      for (const name of golden.under('buffer_after/')) {
        const after = model.parameters.buffer(modelName(name)).dataSync()
        found.near(`${name} after`, after, golden.get(`buffer_after/${name}`).data, golden.tolerance('forward', 2e-5))
      }
    }
    for (const name of golden.under(`grad/${total}/param/`)) {
      const gradient = gradients.get(modelName(name))
      const wanted = fromReference(name, golden.get(`grad/${total}/param/${name}`))
      const actual = gradient && toArray(gradient, true)
      found.gradient(`${total}: gradient of ${name}`, actual, wanted, golden.tolerance('grad', 2e-4))
    }
    model.parameters.dispose()
  }
  checkTrajectories(golden, found, setting)
}

function compareOutputs(golden: Golden, found: Comparisons, { plan }: Setting, observed: NamedArrays, seen: Seen | null): void {
  const tolerance = golden.tolerance('forward', 2e-5)
  const shown = (name: string) => {
    const array = observed.get(name)
    if (!array) throw new Error(`the model shows no ${name}`)
    return array
  }
  const stages = plan.blocks.length
  const map = imagesToReference(shown(`backbone.layer${stages}.${(plan.blocks[stages - 1] ?? 0) - 1}`))
  found.near('cnn_map', map.data, golden.get('output/cnn_map').data, tolerance)
  found.near('visual_features', imagesToReference(shown('neck.features')).data, golden.get('output/visual_features').data, tolerance)
  const layers = golden.size('layers')
  const names = { fused_input: 'bert.input', sequence_output: `bert.encoder.layer.${layers - 1}.output.LayerNorm` }
  for (const name of ['visual_tokens', 'fused_input', 'sequence_output', 'itm_logits', 'mlm_logits', 'mvm_logits'] as const) {
    const array = shown((names as Record<string, string>)[name] ?? name)
    found.near(name, array.data, golden.get(`output/${name}`).data, tolerance)
  }
  found.exact('indices', seen?.indices ?? [], golden.get('output/indices').data)
  found.exact('mvm_mask', seen?.mask.mask ?? [], golden.get('output/mvm_mask').data)
  found.exact('mvm_labels', seen?.mask.labels ?? [], golden.get('output/mvm_labels').data)
  found.exact('usage_histogram', seen?.usage ?? [], golden.get('output/usage_histogram').data)
}
