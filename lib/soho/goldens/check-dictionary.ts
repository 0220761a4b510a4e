import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import { presets } from '../presets.ts'
import type { Configuration } from '../config.ts'
import { Parameters } from '../model/parameters.ts'
import { addDictionary, assign, nearest, perplexity, quantise, updateDictionary } from '../model/visual-dictionary.ts'
import type { Comparisons } from './compare.ts'
import type { Golden } from './golden.ts'
import { runPart, toTensor } from './run-part.ts'

const names = { codebook: 'neck.codebook', count_ema: 'neck.codebook_counts', sum_ema: 'neck.codebook_sums' } as const

/** Look-up, quantised vectors, moving average and usage over several updates; or, without steps, the look-up alone. */
export function checkDictionary(golden: Golden, found: Comparisons): void {
  if (golden.has('output/squared_distances')) checkTies(golden, found)
  else checkUpdates(golden, found)
}

function checkTies(golden: Golden, found: Comparisons): void {
  const { indices, squaredDistances } = nearest(
    toTensor(golden.get('input/features')) as Tensor2D,
    toTensor(golden.get('input/codebook')) as Tensor2D,
  )
  const wanted = golden.get('output/squared_distances')
  const codewords = wanted.shape[1] as number
  const rows = Array.from({ length: wanted.shape[0] as number }, (_, i) => wanted.data.slice(i * codewords, (i + 1) * codewords))
  found.exact('indices', indices.dataSync(), golden.get('output/indices').data)
  found.near('least distance', squaredDistances.dataSync(), rows.map((row) => Math.min(...row)), golden.tolerance('forward', 1e-5)) // prettier-ignore
}

function checkUpdates(golden: Golden, found: Comparisons): void {
  const tolerance = golden.tolerance('forward', 1e-5)
  const { shape, data } = golden.get('input/features')
  const [steps, , , width] = shape as [number, number, number, number]
  const tokens = data.length / steps / width
  const configuration = configurationOf(golden)
  const { parameters, rows } = start(golden, configuration, width)
  const valid = golden.has('input/valid') ? tf.tensor1d(golden.numbers('input/valid'), 'float32') : tf.ones<tf.Rank.R1>([tokens])
  const readsNew = configuration.update === 'smoothed-ema'
  for (let step = 0; step < steps; step += 1) {
    const of = (key: string) => {
      const all = golden.get(key).data
      return all.slice((step * all.length) / steps, ((step + 1) * all.length) / steps)
    }
    const v = tf.tensor2d(of('input/features'), [tokens, width])
    const { indices } = nearest(v, rows())
    found.exact(`step ${step + 1}: indices`, indices.dataSync(), of('output/indices'))
    const quantised = () => quantise(v, rows(), indices).dataSync()
    found.near(`step ${step + 1}: old rows`, quantised(), of('output/quantised_with_codebook_before_update'), tolerance)
    if (step === 0 && !readsNew) checkStraightThrough(golden, found, rows)
    const assigned = assign(v, indices, valid, configuration.size)
    const counts = [...assigned.counts.dataSync()]
    const used = [perplexity(counts), counts.filter((count) => count > 0).length, counts.reduce((a, b) => a + b, 0)]
    found.exact(`step ${step + 1}: usage`, counts, of('output/usage_histogram'))
    found.near(`step ${step + 1}: perplexity, used codewords, tokens`, used, of('output/perplexity_usedcodes_total'), tolerance)
    updateDictionary(parameters, configuration, assigned, golden.entry.hyper['laplace_eps'] as number | undefined)
    found.near(`step ${step + 1}: new rows`, quantised(), of('output/quantised_with_codebook_after_update'), tolerance)
    if (step === 0 && readsNew) checkStraightThrough(golden, found, rows, indices)
    for (const [reference, ours] of Object.entries(names)) {
      const key = `output/${reference}_after_${step + 1}`
      if (golden.has(key)) found.near(`${reference} after ${step + 1}`, parameters.buffer(ours).dataSync(), golden.get(key).data, tolerance)
    }
  }
  parameters.dispose()
}

/** tanh(q W) of the first step, whose gradient passes the look-up unchanged. @param given indices, where the rows have moved since */
function checkStraightThrough(golden: Golden, found: Comparisons, rows: () => Tensor2D, given?: tf.Tensor1D): void {
  if (!golden.has('param/W')) return
  const weight = golden.get('param/W')
  const { shape, data } = golden.get('input/features')
  const size = data.length / (shape[0] as number)
  const features = { shape: [size / (weight.shape[0] as number), weight.shape[0] as number], data: data.slice(0, size) }
  const { observed, gradients } = runPart({
    parameters: new Parameters(1),
    training: true,
    inputs: { features, W: weight },
    probe: golden.get('probe/y'),
    forward: (_, inputs) => {
      const v = inputs['features'] as Tensor2D
      return tf.tanh(tf.matMul(quantise(v, rows(), given ?? nearest(v, rows()).indices), inputs['W'] as Tensor)) as Tensor
    },
  })
  const [forward, gradient] = [golden.tolerance('forward', 1e-5), golden.tolerance('grad', 1e-4)]
  found.near('tanh(q W)', observed.get('output')?.data ?? [], golden.get('output/straight_through/y').data, forward)
  found.gradient('gradient of the features', gradients.get('features'), golden.get('grad/input/features_step1'), gradient)
  found.gradient('gradient of W', gradients.get('W'), golden.get('grad/param/W'), gradient)
}

function configurationOf(golden: Golden): Configuration['dictionary'] {
  const isMean = golden.entry.hyper['rule'] === 'paper'
  const update = isMean ? ('mean' as const) : ('smoothed-ema' as const)
  return { ...presets.tiny.dictionary, size: golden.size('K'), update, decay: golden.size(isMean ? 'gamma' : 'decay') }
}

function start(golden: Golden, configuration: Configuration['dictionary'], width: number) {
  const parameters = new Parameters(1)
  addDictionary(parameters, configuration, width)
  for (const [reference, ours] of Object.entries(names)) {
    if (golden.has(`input/${reference}`)) parameters.setBuffer(ours, toTensor(golden.get(`input/${reference}`)))
  }
  return { parameters, rows: () => parameters.buffer(names.codebook) as Tensor2D }
}
