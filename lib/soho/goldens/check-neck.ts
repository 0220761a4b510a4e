import * as tf from '@tensorflow/tfjs-core'
import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { presets } from '../presets.ts'
import type { Configuration } from '../config.ts'
import type { NamedArray } from '../contract.ts'
import { rows } from '../model/layers.ts'
import type { Pass } from '../model/layers.ts'
import { addNeck, project } from '../model/neck.ts'
import type { MoveDictionary } from '../model/neck.ts'
import { Parameters, toArray } from '../model/parameters.ts'
import { seeMap, visualRows } from '../model/soho.ts'
import { assign, updateDictionary } from '../model/visual-dictionary.ts'
import type { Comparisons } from './compare.ts'
import type { Golden } from './golden.ts'
import { fromReference, imagesFromReference, imagesToReference, neckName, rowsToReferenceMap } from './reference-layout.ts'
import { loadGiven, ownBookkeeping, runPart } from './run-part.ts'
import type { PartRun } from './run-part.ts'
import { gridsOf, maskByCell } from './visual-mask.ts'

type NeckPart = Pick<Configuration, 'neck' | 'dictionary' | 'transformer'>

/** Convolution and pool alone, in the paper's order. */
export function checkNeckPaper(golden: Golden, found: Comparisons): void {
  const configuration = neckPart(golden, { kind: 'dictionary', pool: 'after-convolution', batchNorm: false })
  const run = start(golden, configuration, /^neck\.ln\./, 'visual', (pass, x) => project(pass, configuration, x))
  const observed = { conv: 'neck.widened', visual: 'output' }
  for (const [output, name] of Object.entries(observed)) {
    const wanted = golden.get(`output/${output}`).data
    found.near(output, imagesToReference(run.observed.get(name) as NamedArray).data, wanted, golden.tolerance('forward', 1e-5))
  }
  compareGradients(golden, found, run)
  run.parameters.dispose()
}

/** The released code's necks: without a dictionary (vqa), with it added (sum), or with a gate between (gate). */
export function checkNeckRepo(golden: Golden, found: Comparisons): void {
  const training = /train/.test(golden.name) || (!/eval/.test(golden.name) && golden.under('buffer_after/').length > 0)
  const kind = golden.has('param/gate_fc.weight') ? 'gated' : 'sum'
  const configuration = neckPart(golden, { kind, pool: 'before-convolution', batchNorm: true })
  const grids = gridsOf(golden.get('input/visual_mask'))
  const hasDictionary = configuration.dictionary.size > 0
  let indices: number[] = []
  let mask = { mask: [] as number[], labels: [] as number[] }
  const run = start(golden, configuration, ownBookkeeping, 'tokens', (pass, x) => {
    const seen = seeMap(configuration, pass, x, grids, false, training ? moveWithPadding(pass.parameters, golden, configuration) : null)
    const places = Int32Array.from(seen.valid.keys())
    if (seen.indices) {
      indices = [...seen.indices.dataSync()]
      mask = maskByCell(indices, seen.valid, golden.numbers('input/cell'), golden.numbers('input/keep'))
      // Rows of [MASK] follow those of the tokens.
      for (const [i, masked] of mask.mask.entries()) if (masked === 1) places[i] = seen.valid.length + i
    }
    return rows(visualRows(pass, seen, hasDictionary, golden.size('ln_eps')), tf.tensor1d(places, 'int32'))
  }, training) // prettier-ignore
  compareOutputs(golden, found, run, grids.length)
  if (hasDictionary) {
    found.exact('indices', indices, golden.get('output/indices').data)
    found.exact('mvm_mask', mask.mask, golden.get('output/mvm_mask').data)
    found.exact('mvm_labels', mask.labels, golden.get('output/mvm_labels').data)
  }
  for (const name of golden.under('buffer_after/')) {
    const after = toArray(run.parameters.buffer(neckName(name)), false).data
    found.near(`${name} after`, after, golden.get(`buffer_after/${name}`).data, golden.tolerance('forward', 1e-5))
  }
  compareGradients(golden, found, run)
  run.parameters.dispose()
}

/** As in the released code, padding counts, and the rows move before they are read. */
export function moveWithPadding(parameters: Parameters, golden: Golden, { dictionary }: Pick<Configuration, 'dictionary'>): MoveDictionary {
  const smoothing = golden.entry.hyper['laplace_eps'] as number | undefined
  return (features, indices) => {
    const every = tf.ones([features.shape[0]]) as Tensor1D
    updateDictionary(parameters, dictionary, assign(features, indices, every, dictionary.size), smoothing)
  }
}

function compareOutputs(golden: Golden, found: Comparisons, { observed }: PartRun, images: number): void {
  const shown: Record<string, NamedArray | undefined> = { tokens: observed.get('output') }
  for (const [output, name] of Object.entries({ pooled: 'neck.pooled', features: 'neck.features' })) {
    shown[output] = imagesToReference(observed.get(name) as NamedArray)
  }
  for (const [output, name] of Object.entries({ quantised_linear: 'neck.linear', gate: 'neck.gate' })) {
    const array = observed.get(name)
    if (array) shown[output] = rowsToReferenceMap(array, images)
  }
  for (const [output, actual] of Object.entries(shown)) {
    const key = `output/${output}`
    if (golden.has(key)) found.near(output, actual?.data ?? [], golden.get(key).data, golden.tolerance('forward', 1e-5))
  }
}

function start(
  golden: Golden,
  configuration: NeckPart,
  absent: RegExp,
  outcome: string,
  forward: (pass: Pass, x: Tensor4D) => Tensor2D | Tensor4D,
  training = true,
): PartRun & { parameters: Parameters } {
  const parameters = new Parameters(1)
  const x = golden.get('input/x')
  addNeck(parameters, configuration, x.shape[1] as number)
  loadGiven(parameters, golden, neckName, absent)
  const probe = golden.get(`probe/${outcome}`)
  const run = runPart({
    parameters,
    training,
    inputs: { x: imagesFromReference(x) },
    probe: probe.shape.length === 4 ? imagesFromReference(probe) : probe,
    forward: (pass, { x }) => forward(pass, x as Tensor4D),
  })
  return { parameters, ...run }
}

function compareGradients(golden: Golden, found: Comparisons, { gradients }: PartRun): void {
  const tolerance = golden.tolerance('grad', 1e-4)
  for (const name of golden.under('grad/param/')) {
    found.gradient(`gradient of ${name}`, gradients.get(neckName(name)), fromReference(name, golden.get(`grad/param/${name}`)), tolerance)
  }
  found.gradient('gradient of x', gradients.get('x'), imagesFromReference(golden.get('grad/input/x')), tolerance)
}

function neckPart(golden: Golden, neck: Configuration['neck']): NeckPart {
  const { dictionary, transformer } = presets.tiny
  const hasDictionary = golden.has('buffer/codebook')
  const own = hasDictionary ? { size: golden.size('K'), update: 'smoothed-ema' as const, decay: golden.size('decay') } : { size: 0 }
  return { neck, dictionary: { ...dictionary, ...own }, transformer: { ...transformer, hiddenSize: golden.size('D') } }
}
