import * as tf from '@tensorflow/tfjs-core'
import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import type { Configuration } from '../config.ts'
import { addBatchNorm, addConvolution, addLayerNorm, addLinear, batchNorm, convolution, linear, stopGradient } from './layers.ts'
import type { Pass } from './layers.ts'
import { addDictionary, nearest, quantise } from './visual-dictionary.ts'
import { small } from './parameters.ts'
import type { Parameters } from './parameters.ts'

type NeckPart = Pick<Configuration, 'neck' | 'dictionary' | 'transformer'>

export function addNeck(p: Parameters, { neck, dictionary, transformer }: NeckPart, inputs: number): void {
  const width = transformer.hiddenSize
  addConvolution(p, 'neck.conv', 'rest', 1, inputs, width, !neck.batchNorm)
  if (neck.batchNorm) addBatchNorm(p, 'neck.bn', 'rest', width)
  addLayerNorm(p, 'neck.ln', width)
  if (dictionary.size === 0) return
  p.add('neck.mask_emb', 'rest', [width], small)
  addDictionary(p, dictionary, width)
  if (neck.kind !== 'dictionary') addLinear(p, 'neck.linear', width, width)
  if (neck.kind === 'gated') {
    addConvolution(p, 'neck.gate.conv', 'rest', 1, 2 * width, 2)
    addBatchNorm(p, 'neck.gate.bn', 'rest', 2)
  }
}

/** Encoder map [B, H, W, C] -> features V [B, h, w, D], before the dictionary. */
export function project(pass: Pass, { neck }: NeckPart, map: Tensor4D): Tensor4D {
  const observed = (name: string, value: Tensor4D) => {
    pass.observe?.(name, value)
    return value
  }
  const pool = (x: Tensor4D) => observed('neck.pooled', tf.maxPool(x, 2, 2, 'valid'))
  const widen = (x: Tensor4D) => {
    const y = convolution(pass, 'neck.conv', x, 1)
    return observed('neck.widened', neck.batchNorm ? y : (tf.add(y, pass.read('neck.conv.bias')) as Tensor4D))
  }
  const features = neck.pool === 'after-convolution' ? pool(widen(map)) : widen(pool(map))
  return observed('neck.features', neck.batchNorm ? batchNorm(pass, 'neck.bn', features) : features)
}

export interface Looked {
  /** What the Transformer gets, [N, D]. */
  tokens: Tensor2D
  /** Null without a dictionary. */
  indices: Tensor1D | null
  squaredDistances: Tensor1D | null
}

/** Moves the dictionary between look-up and reading (reference code: old indices, new rows). Gradients do not pass into it. */
export type MoveDictionary = (features: Tensor2D, indices: Tensor1D) => void

/**
 * Features [N, D] -> tokens [N, D], through the dictionary if there is one.
 * @param useFeatures feed the features although there is one
 * @param move null: the dictionary rests during the forward pass
 */
export function look(
  pass: Pass,
  { neck, dictionary }: NeckPart,
  features: Tensor2D,
  useFeatures: boolean,
  move: MoveDictionary | null = null,
): Looked {
  if (dictionary.size === 0) return { tokens: features, indices: null, squaredDistances: null }
  const rows = () => pass.parameters.buffer('neck.codebook') as Tensor2D
  const found = nearest(features, rows())
  move?.(stopGradient(features), found.indices)
  if (useFeatures) return { tokens: features, ...found }
  const words = quantise(features, rows(), found.indices)
  if (neck.kind === 'dictionary') return { tokens: words, ...found }
  const mapped = linear(pass, 'neck.linear', words)
  if (neck.kind === 'sum') return { tokens: tf.add(mapped, features), ...found }
  const both = tf.reshape(tf.concat([mapped, features], 1), [1, 1, features.shape[0], 2 * features.shape[1]]) as Tensor4D
  const gate = batchNorm(pass, 'neck.gate.bn', convolution(pass, 'neck.gate.conv', both, 1))
  const shares = tf.softmax(tf.reshape(gate, [features.shape[0], 2]))
  pass.observe?.('neck.gate', shares)
  const [a, b] = [tf.slice(shares, [0, 0], [-1, 1]), tf.slice(shares, [0, 1], [-1, 1])]
  return { tokens: tf.add(tf.mul(mapped, a), tf.mul(features, b)), ...found }
}
