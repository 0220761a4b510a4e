import type { Configuration } from '../config.ts'
import { blocksOf, encoderPlans, encoderStride, encoderWidth } from '../model/encoder-plan.ts'

/** What passes the model in one forward and backward pass. */
export interface PassShape {
  images: number
  /** Padded to whole visual tokens. */
  widthPx: number
  heightPx: number
  /** Image-text pairs P. */
  pairs: number
  /** Tokens a text is padded to, L. */
  textLength: number
  /** Rows that a head over the words is asked about, and over the codebook. */
  askedWords: number
  askedTokens: number
}

/**
 * How many arrays as large as its output a layer has in memory at the end of the backward pass: what the gradient needs and the gradients
 * themselves, which are all freed together. Counted in the code of `encoder.ts` and `transformer.ts`.
 */
const held = {
  /** Convolution, norm, ReLU: two saved, a gradient of each of the three. */
  activated: 5,
  /** The last convolution of a block: ReLU's output has two readers, and its gradient two parts and a sum. */
  joined: 7,
  /** The convolution of a shortcut: its output saved, and its gradient. */
  shortcut: 2,
  /** The stem's map before its pool, padded: saved, and its gradient. */
  padded: 2,
  pooled: 4,
  /** The image: bytes as integers, floats, normalised, masked. */
  image: 4,
  /** A map of the neck, before and after its pool. */
  projected: 4,
  token: 14,
  /** Distances, one-hot assignments and their product with the valid tokens. */
  assignment: 4,
  /** Logits over classes: product, sum, slope, gradients. */
  logits: 5,
}
/** The same for one layer of the Transformer, in arrays [P*S, D]: before the first addition, and behind it without the wide part. */
const layerHeld = { before: 19, after: 14, dropout: 5, wide: 5 }
/** Arrays [P, heads, S, S] of a layer: with dropout on the shares every step of the softmax is one, without it the shares alone. */
const scoresHeld = { dropout: 9, plain: 1 }
/** Scores under way in one layer's gradient. */
const scoresUnderWay = 4

/** Numbers held per pass, all layers together. */
export function countActivations(configuration: Configuration, shape: PassShape, words: number): number {
  return countEncoder(configuration, shape) + countNeck(configuration, shape) + countTransformer(configuration, shape, words)
}

function countEncoder({ encoder }: Configuration, { images, widthPx, heightPx }: PassShape): number {
  const plan = encoderPlans[encoder.kind]
  const pixels = widthPx * heightPx
  let cells = pixels / 4
  let sum = held.image * 3 * pixels + held.activated * cells * plan.stem.width
  if (plan.stem.pool) {
    sum += held.padded * cells * plan.stem.width
    cells /= 4
    sum += held.pooled * cells * plan.stem.width
  }
  for (const { inputs, width, outputs, stride } of blocksOf(plan)) {
    // torchvision's bottleneck halves the map in its second convolution.
    const first = plan.block === 'basic' ? cells / stride ** 2 : cells
    cells /= stride ** 2
    sum += held.activated * width * (plan.block === 'basic' ? first : first + cells)
    sum += held.joined * outputs * cells
    if (stride > 1 || inputs !== outputs) sum += held.shortcut * outputs * cells
  }
  return images * sum
}

function countNeck({ encoder, dictionary, transformer }: Configuration, { images, widthPx, heightPx }: PassShape): number {
  const plan = encoderPlans[encoder.kind]
  const cells = (widthPx * heightPx) / encoderStride(plan) ** 2
  const tokens = cells / 4
  const map = cells * (encoderWidth(plan) + held.projected * transformer.hiddenSize)
  return images * (map + tokens * (held.token * transformer.hiddenSize + held.assignment * dictionary.size))
}

/** Visual tokens an image has, n. */
export function tokensOf(
  { encoder }: Pick<Configuration, 'encoder'>,
  { widthPx, heightPx }: Pick<PassShape, 'widthPx' | 'heightPx'>,
): number {
  return (widthPx * heightPx) / (2 * encoderStride(encoderPlans[encoder.kind])) ** 2
}

function countTransformer(configuration: Configuration, shape: PassShape, words: number): number {
  const { transformer, dictionary } = configuration
  const { layers, hiddenSize, feedForwardSize, heads, dropout } = transformer
  const { pairs, textLength, askedWords, askedTokens } = shape
  const length = textLength + tokensOf(configuration, shape)
  const row = (layerHeld.before + layerHeld.after + (dropout > 0 ? layerHeld.dropout : 0)) * hiddenSize + layerHeld.wide * feedForwardSize
  const scores = pairs * heads * length ** 2
  const asked = pairs + askedWords + askedTokens
  const rows = pairs * length
  // In the last layer only the rows that a head reads go on after the attention.
  const inLayers = (layers - 1) * rows * row + rows * layerHeld.before * hiddenSize + asked * row
  const inScores = (layers * (dropout > 0 ? scoresHeld.dropout : scoresHeld.plain) + scoresUnderWay) * scores
  const embedded = 10 * rows * hiddenSize
  const inHeads = held.logits * (askedWords * words + askedTokens * dictionary.size)
  return inLayers + inScores + embedded + inHeads
}
