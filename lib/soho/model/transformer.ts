import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import type { Configuration } from '../config.ts'
import { kernels } from '../nn/current-kernels.ts'
import type { AttentionShape } from '../nn/kernels.ts'
import { addLayerNorm, addLinear, dropout, layerNorm, linear, nextDropped, rows } from './layers.ts'
import type { Pass } from './layers.ts'
import type { Parameters } from './parameters.ts'
import { segment } from './segment.ts'

type TransformerConfiguration = Configuration['transformer']

/** Added to the logits of keys that are padding. */
export const maskedLogit = -10000

export function addTransformer(p: Parameters, { layers, hiddenSize, feedForwardSize }: TransformerConfiguration): void {
  for (let i = 0; i < layers; i += 1) {
    const name = `bert.encoder.layer.${i}`
    for (const part of ['query', 'key', 'value']) addLinear(p, `${name}.attention.self.${part}`, hiddenSize, hiddenSize)
    addLinear(p, `${name}.attention.output.dense`, hiddenSize, hiddenSize)
    addLayerNorm(p, `${name}.attention.output.LayerNorm`, hiddenSize)
    addLinear(p, `${name}.intermediate.dense`, hiddenSize, feedForwardSize)
    addLinear(p, `${name}.output.dense`, feedForwardSize, hiddenSize)
    addLayerNorm(p, `${name}.output.LayerNorm`, hiddenSize)
  }
}

/**
 * Post-norm BERT layers.
 * @param x [B*S, D]
 * @param keyBias [B, 1, 1, S], 0 or `maskedLogit`
 * @param wanted rows whose states are read (all if null): after the last attention every row goes its own way, so the others are left out
 * @returns [B*S, D], or [wanted, D]
 */
export function transform(
  pass: Pass,
  { layers, heads }: TransformerConfiguration,
  x: Tensor2D,
  keyBias: Tensor4D,
  batch: number,
  wanted: Int32Array | null = null,
): Tensor2D {
  const shape: AttentionShape = { batch, length: x.shape[0] / batch, heads }
  let states = x
  pass.observe?.('bert.input', x)
  for (let i = 0; i < layers; i += 1) {
    const name = `bert.encoder.layer.${i}`
    const part = { layers: [name], x: states, constants: [keyBias] as [Tensor4D] }
    states = segment(pass, part, (pass, x, keyBias) => layer(pass, name, x, keyBias, shape, i === layers - 1 ? wanted : null))
  }
  return states
}

function layer(pass: Pass, name: string, x: Tensor2D, keyBias: Tensor4D, shape: AttentionShape, wanted: Int32Array | null): Tensor2D {
  const keep = (y: Tensor2D) => (wanted ? rows(y, tf.tensor1d(wanted, 'int32')) : y)
  const project = (part: string, from: Tensor2D) => linear(pass, `${name}.attention.self.${part}`, from)
  const kept = keep(x)
  // Where as many rows of every sequence are wanted, in order, only they ask; else all ask, and the answers are sorted out.
  const isRegular = wanted !== null && isRegularChoice(wanted, shape)
  const q = project('query', isRegular ? kept : x)
  const attended = kernels().attention(q, project('key', x), project('value', x), keyBias, shape, nextDropped(pass))
  const mixed = isRegular ? attended : keep(attended)
  const dense = dropout(pass, linear(pass, `${name}.attention.output.dense`, mixed))
  const middle = layerNorm(pass, `${name}.attention.output.LayerNorm`, kernels().sum(dense, kept))
  const wide = kernels().gelu(linear(pass, `${name}.intermediate.dense`, middle))
  const narrow = dropout(pass, linear(pass, `${name}.output.dense`, wide))
  return layerNorm(pass, `${name}.output.LayerNorm`, kernels().sum(narrow, middle))
}

function isRegularChoice(wanted: Int32Array, { batch, length }: AttentionShape): boolean {
  if (wanted.length % batch !== 0) return false
  const each = wanted.length / batch
  return wanted.every((row, i) => Math.floor(row / length) === Math.floor(i / each))
}
