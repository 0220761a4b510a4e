import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import { encoderStride } from '../model/encoder-plan.ts'
import { rows } from '../model/layers.ts'
import type { Pass } from '../model/layers.ts'
import { fuse, seeNormalised, statesAt, visualRows } from '../model/soho.ts'
import type { Fused, Soho, VisualTokens } from '../model/soho.ts'
import { assign, updateDictionary } from '../model/visual-dictionary.ts'
import { itmLogits, itmLoss, mlmLogits, mlmLoss, mvmLogits, mvmLoss } from '../pretrain/losses.ts'
import type { Masked } from '../pretrain/losses.ts'
import type { Objective } from '../train/step.ts'
import { moveWithPadding } from './check-neck.ts'
import type { Golden } from './golden.ts'
import { imagesFromReference } from './reference-layout.ts'
import { toTensor } from './run-part.ts'
import type { Setting } from './soho-forward-setting.ts'
import { gridsOf, maskByCell } from './visual-mask.ts'
import type { VisualMask } from './visual-mask.ts'

/** The losses in the order of the reference's columns. */
export const lossNames = [
  'itm',
  'mlm_positives',
  'mvm_positives',
  'mlm_all_pairs',
  'mvm_all_pairs',
  'total_positives',
  'total_all_pairs',
] as const
export type LossName = (typeof lossNames)[number]
export type Total = 'total_positives' | 'total_all_pairs'

export interface Seen {
  indices: number[]
  mask: VisualMask
  /** Codewords of the tokens that count. */
  usage: number[]
}

/**
 * One training forward of a whole-model case, dictionary and running statistics moved once.
 * @param total the loss to differentiate; the report has them all
 * @param show receives what the forward found, beside what the pass observes
 */
export function sohoForward(
  golden: Golden,
  setting: Setting,
  model: Soho,
  pass: Pass,
  total: Total,
  show: (seen: Seen) => void,
): Objective {
  const { configuration, isOfficial, neckEpsilon } = setting
  const seen = look(golden, setting, model, pass)
  const n = seen.gridHeight * seen.gridWidth
  const indices = [...(seen.indices?.dataSync() ?? [])]
  const pairImage = golden.numbers('input/pair_image')
  const ofPairs = <T>(list: ArrayLike<T>) => pairImage.flatMap((image) => Array.from({ length: n }, (_, j) => list[image * n + j] as T))
  const valid = Float32Array.from(ofPairs(seen.valid))
  const mask = maskByCell(ofPairs(indices), valid, golden.numbers('input/cell'), golden.numbers('input/keep'))
  const table = visualRows(pass, seen, true, neckEpsilon)
  // Rows of [MASK] follow those of the tokens.
  const places = Int32Array.from(ofPairs([...seen.valid.keys()]), (row, i) => row + (mask.mask[i] === 1 ? seen.images * n : 0))
  pass.observe?.('visual_tokens', rows(table, tf.tensor1d(places, 'int32')))
  const { shape, data: ids } = golden.get('input/text_ids')
  const [pairs, length] = shape as [number, number]
  const text = { ids: Int32Array.from(ids), pairs, length, pad: golden.size('pad_id') }
  const losses = lossesOf(golden, setting, pass, fuse(model, pass, text, table, places, valid), mask.labels)
  const counted = tf.tensor1d(isOfficial ? seen.valid.map(() => 1) : seen.valid)
  const found = assign(seen.features, seen.indices as Tensor1D, counted, configuration.dictionary.size)
  if (!isOfficial) updateDictionary(model.parameters, configuration.dictionary, found)
  show({ indices, mask, usage: [...found.counts.dataSync()] })
  return { loss: losses[total], report: losses }
}

/** The neck's tokens of the case's images. */
function look(golden: Golden, { configuration, plan, isOfficial }: Setting, model: Soho, pass: Pass): VisualTokens {
  const images = toTensor(imagesFromReference(golden.get('input/images'))) as Tensor4D
  const grids = gridsOf(golden.get('input/visual_mask'))
  const stride = 2 * encoderStride(plan)
  const sizes = { validHeights: grids.map(({ rows }) => rows * stride), validWidths: grids.map(({ columns }) => columns * stride) }
  const move = isOfficial ? moveWithPadding(model.parameters, golden, configuration) : null
  return seeNormalised(model, pass, images, sizes, false, move)
}

/** Each loss of the matching pairs alone (positives), and of all pairs; the logits of every place are shown to who observes. */
function lossesOf(golden: Golden, { configuration }: Setting, pass: Pass, fused: Fused, visualLabels: number[]): Record<LossName, Scalar> {
  const { pretrain } = configuration
  const { pairs, textLength, length } = fused
  const n = length - textLength
  const matches = golden.numbers('input/itm_label')
  const masked = (labels: ArrayLike<number>, each: number, offset: number, all: boolean): Masked => {
    const asked = Array.from(labels).flatMap((label, i) => (label >= 0 && (all || matches[Math.floor(i / each)] === 1) ? [i] : []))
    const row = (i: number) => Math.floor(i / each) * length + offset + (i % each)
    return { rows: Int32Array.from(asked, row), labels: Int32Array.from(asked, (i) => labels[i] as number) }
  }
  const words = golden.numbers('input/mlm_labels')
  const mlm = (all: boolean) => mlmLoss(pass, pretrain, fused, masked(words, textLength, 0, all)).loss
  const mvm = (all: boolean) => mvmLoss(pass, pretrain, fused, masked(visualLabels, n, textLength, all)).loss
  if (pass.observe) {
    const every = (each: number, offset: number) => masked(new Array<number>(pairs * each).fill(0), each, offset, true).rows
    pass.observe('itm_logits', itmLogits(pass, fused))
    pass.observe('mlm_logits', mlmLogits(pass, pretrain, statesAt(fused, every(textLength, 0))))
    pass.observe('mvm_logits', mvmLogits(pass, pretrain, statesAt(fused, every(n, textLength))))
  }
  const itm = itmLoss(pass, fused, Int32Array.from(matches)).loss
  const [mlm_positives, mvm_positives, mlm_all_pairs, mvm_all_pairs] = [mlm(false), mvm(false), mlm(true), mvm(true)]
  return {
    ...{ itm, mlm_positives, mvm_positives, mlm_all_pairs, mvm_all_pairs },
    total_positives: tf.addN([itm, mlm_positives, mvm_positives]),
    total_all_pairs: tf.addN([itm, mlm_all_pairs, mvm_all_pairs]),
  }
}
