import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core'
import type { ImageBatch } from '../contract.ts'
import { chooseByCell, chooseByIndex, placesWith } from '../data/masking.ts'
import { Random } from '../data/random.ts'
import type { Pass } from '../model/layers.ts'
import { classRows, fuse, see, visualRows } from '../model/soho.ts'
import type { Soho, VisualTokens } from '../model/soho.ts'
import { assign } from '../model/visual-dictionary.ts'
import type { Assignment } from '../model/visual-dictionary.ts'
import type { Objective } from '../train/step.ts'
import { wordRows } from './batch.ts'
import type { PretrainBatch } from './batch.ts'
import { itmLoss, mlmLoss, mvmLoss } from './losses.ts'
import type { Masked } from './losses.ts'

const textsPerImage = 4

export interface PretrainForward extends Objective {
  /** What the batch says about the dictionary; null without one. The caller disposes it. */
  dictionary: (Assignment & { tokens: Tensor2D }) | null
  /** Labels of the masked visual tokens, for the most-frequent baseline. */
  mvmLabels: Int32Array
}

/**
 * L = L_MLM + L_MVM + L_ITM over one batch; the images go through the network once for their four texts.
 * @param withDictionary false while the dictionary warms up: as if there were none
 */
export function pretrainForward(
  model: Soho,
  pass: Pass,
  pixels: ImageBatch,
  batch: PretrainBatch,
  seed: number,
  step: number,
  withDictionary = true,
): PretrainForward {
  const { configuration } = model
  const looked = see(model, pass, pixels, !withDictionary)
  const seen = withDictionary ? looked : { ...looked, indices: null }
  const hasDictionary = seen.indices !== null
  const table = visualRows(pass, seen, hasDictionary)
  const { places, valid, masked } = showImages(model, seen, batch, seed, step)
  const { pairs, length: textLength } = batch.text
  const length = textLength + tokensOf(seen)
  const offset = (row: number) => Math.floor(row / tokensOf(seen)) * length + textLength + (row % tokensOf(seen))
  const mvmRows: Masked = { rows: masked.rows.map(offset), labels: masked.labels }
  const mlmRows = wordRows(batch.words, length)
  const wanted = Int32Array.of(...classRows(pairs, length), ...mlmRows.rows, ...mvmRows.rows)
  const fused = fuse(model, pass, batch.text, table, places, valid, wanted)
  const itm = itmLoss(pass, fused, batch.matches)
  const mlm = mlmLoss(pass, configuration.pretrain, fused, mlmRows)
  const mvm = hasDictionary ? mvmLoss(pass, configuration.pretrain, fused, mvmRows) : null
  const terms = { itm, mlm, ...(mvm ? { mvm } : {}) }
  const report: Record<string, Scalar> = {}
  for (const [name, term] of Object.entries(terms)) {
    report[`loss.${name}`] = term.loss
    report[`accuracy.${name}`] = term.accuracy
  }
  const loss = tf.addN(Object.values(terms).map((term) => term.loss))
  return { loss, report, dictionary: dictionaryOf(model, seen), mvmLabels: masked.labels }
}

function tokensOf(seen: VisualTokens): number {
  return seen.gridHeight * seen.gridWidth
}

function dictionaryOf({ configuration }: Soho, seen: VisualTokens): PretrainForward['dictionary'] {
  if (!seen.indices) return null
  const found = assign(seen.features, seen.indices, tf.tensor1d(seen.valid), configuration.dictionary.size)
  return { counts: tf.keep(found.counts), sums: tf.keep(found.sums), tokens: tf.keep(seen.features.clone()) }
}

/**
 * For every pair the rows of its image's tokens; one codeword of the image, drawn for the pair, is masked everywhere.
 * `masked.rows` counts [pair, token], row-major.
 */
function showImages({ configuration }: Soho, seen: VisualTokens, batch: PretrainBatch, seed: number, step: number) {
  const n = tokensOf(seen)
  const { mvmChoice, mvmProbability } = configuration.pretrain
  const indices = seen.indices?.dataSync()
  const random = new Random(seed, 'visual masks', step)
  const places = new Int32Array(batch.text.pairs * n)
  const valid = new Float32Array(places.length)
  const rows: number[] = []
  const labels: number[] = []
  for (let pair = 0; pair < batch.text.pairs; pair += 1) {
    const image = Math.floor(pair / textsPerImage)
    for (let j = 0; j < n; j += 1) {
      places[pair * n + j] = image * n + j
      valid[pair * n + j] = seen.valid[image * n + j] as number
    }
    if (!indices) continue
    const own = Array.from({ length: n }, (_, j) => (seen.valid[image * n + j] === 1 ? (indices[image * n + j] as number) : -1))
    const draw = random.uniform()
    const chosen = mvmChoice === 'index' ? chooseByIndex(own, draw) : chooseByCell(own, Math.floor(draw * n))
    if (random.uniform() >= mvmProbability || chosen === null) continue
    for (const j of placesWith(own, chosen)) {
      // Rows of [MASK] follow those of the tokens.
      places[pair * n + j] = (seen.images + image) * n + j
      // Only matching pairs are asked; masking them alone would tell which pairs match.
      if (batch.matches[pair] === 0) continue
      rows.push(pair * n + j)
      labels.push(chosen)
    }
  }
  return { places, valid, masked: { rows: Int32Array.from(rows), labels: Int32Array.from(labels) } }
}
