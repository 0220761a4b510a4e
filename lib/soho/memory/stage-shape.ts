import { sectionOf } from '../config.ts'
import type { Configuration, StageKind } from '../config.ts'
import { encoderPlans, encoderStride } from '../model/encoder-plan.ts'
import { tokensOf } from './activations.ts'
import type { PassShape } from './activations.ts'

/** What a stage's data say about the size of its batches. */
export interface StageFacts {
  /** Training examples, and images of all splits. */
  examples: number
  images: number
  /** Examples of the test split. */
  tested: number
  /** The smallest and the largest ratio of an image's long to its short side; null where sizes are not known. */
  ratios: { least: number; most: number } | null
}

/** The size that a batch is padded to at most, in pixels: the resize rule for the data's most and least square images, in whole tokens. */
export function paddedSize({ image, encoder }: Configuration, ratios: StageFacts['ratios']): { widthPx: number; heightPx: number } {
  const { shortSidePx, longSidePx } = image
  const { least, most } = ratios ?? { least: 1, most: Infinity }
  const stride = 2 * encoderStride(encoderPlans[encoder.kind])
  const whole = (px: number) => Math.max(1, Math.ceil(Math.round(px) / stride)) * stride
  return { widthPx: whole(Math.min(longSidePx, shortSidePx * most)), heightPx: whole(Math.min(shortSidePx, longSidePx / least)) }
}

/** Images of a statement: two in NLVR2. */
const statementImages = 2
/** A codeword that is masked is rarely more than a quarter of its image. */
const maskedShare = 0.25

/** Tokens that a stage's texts are padded to at most. */
export function textLengthOf({ text }: Configuration, kind: StageKind): number {
  return kind === 'nlvr2' || kind === 'snli-ve' ? text.maxTokensLong : text.maxTokens
}

/** The parts that a batch of a stage is computed in. */
export function partsOf(configuration: Configuration, kind: StageKind): number {
  return configuration[sectionOf[kind]].accumulationSteps
}

/** The forward pass of one micro-batch. @param batch `imagesPerBatch` of pre-training, `examplesPerBatch` of a task */
export function stageShape(configuration: Configuration, kind: StageKind, batch: number, facts: StageFacts): PassShape {
  const { text, pretrain, retrieval } = configuration
  const size = paddedSize(configuration, facts.ratios)
  const examplesPerImage = Math.max(1, facts.examples / Math.max(1, facts.images))
  const none = { ...size, textLength: textLengthOf(configuration, kind), askedWords: 0, askedTokens: 0 }
  // A task's batch is cut into parts; that of pre-training is a part already.
  const part = kind === 'pretrain' ? batch : Math.ceil(batch / partsOf(configuration, kind))
  const images = Math.max(1, Math.ceil(part / examplesPerImage))
  switch (kind) {
    case 'pretrain': {
      const pairs = pretrain.textsPerImage * batch
      const asked = (share: number, places: number) => Math.ceil((pairs / 2) * share * places)
      const askedTokens =
        configuration.dictionary.size > 0 ? asked(pretrain.mvmProbability * maskedShare, tokensOf(configuration, size)) : 0
      return { ...none, images: batch, pairs, askedWords: asked(pretrain.mlmProbability, text.maxTokens), askedTokens }
    }
    case 'retrieval':
      return { ...none, images, pairs: images * (1 + retrieval.negativesPerPair) }
    case 'vqa':
      return { ...none, images, pairs: part }
    case 'nlvr2':
      return { ...none, images: statementImages * part, pairs: statementImages * part }
    case 'snli-ve':
      return { ...none, images, pairs: part }
  }
}
