import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { presets } from '../presets.ts'
import type { Configuration } from '../config.ts'
import type { NamedArray } from '../contract.ts'
import { addLayerNorm } from '../model/layers.ts'
import { Parameters, small } from '../model/parameters.ts'
import { embedText } from '../model/soho.ts'
import type { TextBatch } from '../model/soho.ts'
import { addTransformer, maskedLogit, transform } from '../model/transformer.ts'
import { attentionShares } from './attention-shares.ts'
import type { Comparisons } from './compare.ts'
import type { Golden } from './golden.ts'
import { fromReference } from './reference-layout.ts'
import { loadGiven, runPart } from './run-part.ts'
import type { PartRun } from './run-part.ts'

const embeddings = 'bert.embeddings.'
const layerOf = (i: number) => `bert.encoder.layer.${i}.`

/** Word + position + type, LayerNorm. */
export function checkBertEmbeddings(golden: Golden, found: Comparisons): void {
  const parameters = new Parameters(1)
  addEmbeddings(parameters, golden, 'param/')
  loadGiven(parameters, golden, (name) => embeddings + name)
  const probe = golden.get('probe/y')
  const run = runPart({ parameters, training: true, inputs: {}, probe, forward: (pass) => embedText(pass, textOf(golden)) })
  found.near('y', run.observed.get('output')?.data ?? [], golden.get('output/y').data, golden.tolerance('forward', 1e-5))
  // Ours is the plain gather's: the row of [PAD] gets a gradient. PyTorch's `padding_idx` takes only that row out.
  const table = 'word_embeddings.weight'
  const [all, ours] = [golden.get(`grad/all_rows/${table}`), run.gradients.get(embeddings + table)]
  found.gradient(`gradient of ${table}`, ours, all, golden.tolerance('grad', 1e-4))
  const padRow = golden.size('pad_id')
  const without = ({ shape, data }: NamedArray) => {
    const width = shape[1] as number
    return { shape, data: Float32Array.from(data).map((value, i) => (Math.floor(i / width) === padRow ? 0 : value)) }
  }
  const padded = golden.get(`grad/param/${table}`)
  found.gradient(`gradient of ${table} without [PAD]`, ours && without(ours), without(padded), golden.tolerance('grad', 1e-4))
  compareGradients(golden, found, run, (name) => embeddings + name)
  parameters.dispose()
}

/** One layer, with the shares of its attention. */
export function checkBertLayer(golden: Golden, found: Comparisons): void {
  const configuration = { ...configurationOf(golden), layers: 1 }
  const parameters = new Parameters(1)
  addTransformer(parameters, configuration)
  const rename = (name: string) => layerOf(0) + name
  loadGiven(parameters, golden, rename)
  const x = golden.get('input/x')
  const [batch, length, width] = x.shape as [number, number, number]
  const keyBias = keyBiasOf(golden)
  const run = runPart({
    parameters,
    training: true,
    inputs: { x: { shape: [batch * length, width], data: x.data } },
    probe: golden.get('probe/y'),
    forward: (pass, { x }) => transform(pass, configuration, x as Tensor2D, keyBias, batch),
  })
  const part = (name: string) => run.observed.get(rename(name)) as NamedArray
  const [q, k] = [part('attention.self.query'), part('attention.self.key')]
  const tolerance = golden.tolerance('forward', 1e-5)
  const shares = attentionShares(q, k, keyBias, { batch, length, heads: configuration.heads })
  found.near('attention_probs', shares, golden.get('output/attention_probs').data, tolerance)
  found.near('attention_output', part('attention.output.LayerNorm').data, golden.get('output/attention_output').data, tolerance)
  found.near('y', run.observed.get('output')?.data ?? [], golden.get('output/y').data, tolerance)
  compareGradients(golden, found, run, rename)
  parameters.dispose()
}

/** Embeddings and all layers. */
export function checkBertEncoder(golden: Golden, found: Comparisons): void {
  const configuration = configurationOf(golden)
  const parameters = new Parameters(1)
  addEmbeddings(parameters, golden, 'param/embeddings.')
  addTransformer(parameters, configuration)
  const rename = (name: string) => `bert.${name}`
  loadGiven(parameters, golden, rename)
  const text = textOf(golden)
  const keyBias = keyBiasOf(golden)
  const run = runPart({
    parameters,
    training: true,
    inputs: {},
    probe: golden.get('probe/y'),
    forward: (pass) => transform(pass, configuration, embedText(pass, text), keyBias, text.pairs),
  })
  const hidden = (i: number) => (i === 0 ? `${embeddings}LayerNorm` : `${layerOf(i - 1)}output.LayerNorm`)
  for (const name of golden.under('output/')) {
    const i = /^hidden_(\d+)$/.exec(name)?.[1]
    const actual = run.observed.get(i === undefined ? 'output' : hidden(Number(i)))
    found.near(name, actual?.data ?? [], golden.get(`output/${name}`).data, golden.tolerance('forward', 1e-5))
  }
  compareGradients(golden, found, run, rename)
  parameters.dispose()
}

function compareGradients(golden: Golden, found: Comparisons, { gradients }: PartRun, rename: (name: string) => string): void {
  const tolerance = golden.tolerance('grad', 1e-4)
  const isOtherwise = (name: string) => golden.has(`grad/all_rows/${name}`)
  for (const name of golden.under('grad/param/').filter((name) => !isOtherwise(name))) {
    found.gradient(`gradient of ${name}`, gradients.get(rename(name)), fromReference(name, golden.get(`grad/param/${name}`)), tolerance)
  }
  for (const name of golden.under('grad/input/')) {
    found.gradient(`gradient of ${name}`, gradients.get(name), golden.get(`grad/input/${name}`), tolerance)
  }
}

function configurationOf(golden: Golden): Configuration['transformer'] {
  const { transformer } = presets.tiny
  const sizes = { layers: golden.size('layers'), hiddenSize: golden.size('hidden'), heads: golden.size('heads') }
  return { ...transformer, ...sizes, feedForwardSize: golden.size('intermediate'), dropout: 0 }
}

function addEmbeddings(parameters: Parameters, golden: Golden, prefix: string): void {
  const tables = ['word_embeddings', 'position_embeddings', 'token_type_embeddings']
  for (const table of tables) parameters.add(`${embeddings}${table}.weight`, 'rest', golden.get(`${prefix}${table}.weight`).shape, small)
  addLayerNorm(parameters, `${embeddings}LayerNorm`, golden.size('hidden'))
}

function textOf(golden: Golden): TextBatch {
  const { shape, data } = golden.get('input/ids')
  const [pairs, length] = shape as [number, number]
  return { ids: Int32Array.from(data), types: Int32Array.from(golden.get('input/types').data), pairs, length, pad: golden.size('pad_id') }
}

function keyBiasOf(golden: Golden): Tensor4D {
  const { shape, data } = golden.get('input/attention_mask')
  const [batch, length] = shape as [number, number]
  return tf.tensor4d(
    Float32Array.from(data, (visible) => (visible === 1 ? 0 : maskedLogit)),
    [batch, 1, 1, length],
  )
}
