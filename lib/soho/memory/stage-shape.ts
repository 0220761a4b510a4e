import type { Configuration, StageKind } from '../config.ts'
import { encoderPlans, encoderStride } from '../model/encoder-plan.ts'
import { tokensOf } from './activations.ts'
import type { PassShape } from './activations.ts'

/** What a stage's data say about the size of its batches. */
export interface StageFacts {
  /** Training examples, and images of all splits. */
  examples: number
  images: number
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

/** The forward pass of one training step. @param batch `imagesPerBatch` of pre-training, `examplesPerBatch` of a task */
export function stageShape(configuration: Configuration, kind: StageKind, batch: number, facts: StageFacts): PassShape {
  const { text, pretrain, retrieval } = configuration
  const size = paddedSize(configuration, facts.ratios)
  const examplesPerImage = Math.max(1, facts.examples / Math.max(1, facts.images))
  const none = { ...size, textLength: text.maxTokens, askedWords: 0, askedTokens: 0 }
  const long = { ...none, textLength: text.maxTokensLong }
  const images = Math.max(1, Math.ceil(batch / examplesPerImage))
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
      return { ...none, images, pairs: batch }
    case 'nlvr2':
      return { ...long, images: statementImages * batch, pairs: statementImages * batch }
    case 'snli-ve':
      return { ...long, images, pairs: batch }
  }
}
