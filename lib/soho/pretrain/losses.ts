import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { Configuration } from '../config.ts'
import { kernels } from '../nn/current-kernels.ts'
import { addLayerNorm, addLinear, layerNorm, linear } from '../model/layers.ts'
import type { Pass } from '../model/layers.ts'
import { zero } from '../model/parameters.ts'
import { classStates, statesAt } from '../model/soho.ts'
import type { Fused, Soho } from '../model/soho.ts'

/** The heads of pre-training; retrieval inherits `heads.itm`. @param matchingBias false: the matching head has none (reference code) */
export function addPretrainHeads({ configuration, parameters }: Soho, vocabularySize: number, matchingBias = true): void {
  const width = configuration.transformer.hiddenSize
  addLinear(parameters, 'heads.itm', width, 2, matchingBias)
  if (configuration.pretrain.mlmHead === 'bert') {
    parameters.add('heads.mlm_bias', 'rest', [vocabularySize], zero)
    addLinear(parameters, 'heads.mlm.dense', width, width)
    addLayerNorm(parameters, 'heads.mlm.LayerNorm', width)
  }
  if (configuration.dictionary.size > 0 && configuration.pretrain.mvmHead === 'linear') {
    addLinear(parameters, 'heads.mvm', width, configuration.dictionary.size)
  }
}

/** Masked places as rows of the fused states, with their labels. */
export interface Masked {
  rows: Int32Array
  labels: Int32Array
}

export interface Term {
  /** Mean cross entropy over the labelled rows; 0 where there is none. */
  loss: Scalar
  /** Share of right answers; 0 where there is none. */
  accuracy: Scalar
}

function classify(logits: Tensor2D, labels: Int32Array | Tensor1D): Term {
  const wanted = labels instanceof Int32Array ? tf.tensor1d(labels, 'int32') : labels
  const loss = tf.mean(kernels().crossEntropy(logits, wanted)) as Scalar
  const accuracy = tf.tidy(() => tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), wanted), 'float32')) as Scalar)
  return { loss, accuracy }
}

function none(): Term {
  return { loss: tf.scalar(0), accuracy: tf.scalar(0) }
}

/** [P, 2]: not matched, matched. */
export function itmLogits(pass: Pass, fused: Fused): Tensor2D {
  return linear(pass, 'heads.itm', classStates(fused), pass.parameters.has('heads.itm.bias'))
}

export function itmLoss(pass: Pass, fused: Fused, matches: Int32Array): Term {
  return classify(itmLogits(pass, fused), matches)
}

/** BERT's: dense + GELU + LayerNorm, decoder tied to the word embedding, with bias; or one tied linear (reference code). */
export function mlmLogits(pass: Pass, { mlmHead }: Configuration['pretrain'], states: Tensor2D): Tensor2D {
  const table = pass.read('bert.embeddings.word_embeddings.weight') as Tensor2D
  if (mlmHead === 'tied-linear') return kernels().innerProducts(states, table)
  const hidden = layerNorm(pass, 'heads.mlm.LayerNorm', kernels().gelu(linear(pass, 'heads.mlm.dense', states)))
  return tf.add(kernels().innerProducts(hidden, table), pass.read('heads.mlm_bias'))
}

export function mlmLoss(pass: Pass, configuration: Configuration['pretrain'], fused: Fused, masked: Masked): Term {
  if (masked.rows.length === 0) return none()
  return classify(mlmLogits(pass, configuration, statesAt(fused, masked.rows)), masked.labels)
}

/** Linear to K, or the cosine with the dictionary's rows (reference code: no temperature, the rows get no gradient). */
export function mvmLogits(pass: Pass, { mvmHead }: Configuration['pretrain'], states: Tensor2D): Tensor2D {
  if (mvmHead === 'linear') return linear(pass, 'heads.mvm', states)
  const unit = (x: Tensor2D) => tf.div(x, tf.maximum(tf.norm(x, 2, 1, true), 1e-12)) as Tensor2D
  return kernels().innerProducts(unit(states), unit(pass.parameters.buffer('neck.codebook') as Tensor2D))
}

export function mvmLoss(pass: Pass, configuration: Configuration['pretrain'], fused: Fused, masked: Masked): Term {
  if (masked.rows.length === 0) return none()
  return classify(mvmLogits(pass, configuration, statesAt(fused, masked.rows)), masked.labels)
}
