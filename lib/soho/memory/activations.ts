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

/** Numbers that a part of the model keeps from the forward for the backward pass, and those that it has at work beside them. */
interface Held {
  kept: number
  work: number
}

/**
 * How many arrays as large as its output a layer keeps, and how many it has at work, counted in the code of `encoder.ts` and
 * `transformer.ts`. Backward frees node by node; with checkpoints a segment keeps its input alone, and all of the rest is work.
 */
const layers = {
  /** Convolution, norm, ReLU: the convolution's output and ReLU's. */
  activated: { kept: 2, work: 3 },
  /** The last of a block: the norm's output and the sum are needed for a moment, then a gradient each way. */
  joined: { kept: 2, work: 5 },
  shortcut: { kept: 1, work: 2 },
  /** The stem's map before its pool, padded too. */
  stem: { kept: 3, work: 5 },
  pooled: { kept: 1, work: 2 },
}
/** The same for one layer of the Transformer, in arrays [P*S, D]: before the first addition, behind it without the wide part, dropout. */
const layer = { before: { kept: 4, work: 12 }, after: { kept: 4, work: 9 }, dropout: { kept: 2, work: 4 }, wide: { kept: 3, work: 6 } }
/** Arrays [P, heads, S, S] of a layer: the shares, with dropout those used and the mask too. */
const scores = { dropout: { kept: 3, work: 6 }, plain: { kept: 1, work: 4 } }
const others = {
  /** The image as floats. */
  image: 1,
  /** A map of the neck, before and after its pool. */
  projected: 3,
  token: 8,
  /** Distances, one-hot assignments and their product with the valid tokens. */
  assignment: 4,
  embedded: 6,
  /** Logits over classes: product, sum, slope, gradients. */
  logits: 5,
}

/** Numbers held in the largest moment of a training step: a part works beside what it and those before it keep. */
export function countActivations(configuration: Configuration, shape: PassShape, words: number): number {
  let [kept, largest] = [0, 0]
  for (const part of [
    ...heldByEncoder(configuration, shape),
    heldByNeck(configuration, shape),
    ...heldByRest(configuration, shape, words),
  ]) {
    kept += part.kept
    largest = Math.max(largest, kept + part.work)
  }
  return largest
}

/** Numbers held in the largest moment of a forward pass alone, where those of every part are freed behind it. */
export function countForward(configuration: Configuration, shape: PassShape): number {
  const transformer = { ...configuration.transformer, dropout: 0 }
  const forward = { ...configuration, transformer, memory: { gradientCheckpointing: true } }
  const parts = [...heldByEncoder(forward, shape), ...heldByRest(forward, shape, 0)]
  return others.image * 3 * shape.images * shape.widthPx * shape.heightPx + Math.max(...parts.map(({ work }) => work))
}

/** Of one segment: with checkpoints what enters it is kept and all of its own is work. */
function heldBySegment({ memory }: Configuration, own: Held, entered: number): Held {
  return memory.gradientCheckpointing ? { kept: entered, work: own.work } : { kept: own.kept, work: own.work - own.kept }
}

function heldByEncoder(configuration: Configuration, { images, widthPx, heightPx }: PassShape): Held[] {
  const plan = encoderPlans[configuration.encoder.kind]
  const image = others.image * 3 * images * widthPx * heightPx
  let cells = (images * widthPx * heightPx) / 4
  let stem = times(layers.stem, cells * plan.stem.width)
  if (plan.stem.pool) {
    cells /= 4
    stem = plus(stem, times(layers.pooled, cells * plan.stem.width))
  }
  const held = [{ kept: image, work: 0 }, heldBySegment(configuration, stem, 0)]
  for (const { inputs, width, outputs, stride } of blocksOf(plan)) {
    const entered = inputs * cells
    // torchvision's bottleneck halves the map in its second convolution.
    const first = plan.block === 'basic' ? cells / stride ** 2 : cells
    cells /= stride ** 2
    const active = times(layers.activated, width * (plan.block === 'basic' ? first : first + cells))
    const shortcut = times(stride > 1 || inputs !== outputs ? layers.shortcut : none, outputs * cells)
    held.push(heldBySegment(configuration, plus(active, plus(times(layers.joined, outputs * cells), shortcut)), entered))
  }
  return held
}

function heldByNeck({ encoder, dictionary, transformer }: Configuration, { images, widthPx, heightPx }: PassShape): Held {
  const plan = encoderPlans[encoder.kind]
  const cells = (images * widthPx * heightPx) / encoderStride(plan) ** 2
  const tokens = cells / 4
  const map = cells * (encoderWidth(plan) + others.projected * transformer.hiddenSize)
  return { kept: map + tokens * others.token * transformer.hiddenSize, work: tokens * others.assignment * dictionary.size }
}

/** Visual tokens an image has, n. */
export function tokensOf(
  { encoder }: Pick<Configuration, 'encoder'>,
  { widthPx, heightPx }: Pick<PassShape, 'widthPx' | 'heightPx'>,
): number {
  return (widthPx * heightPx) / (2 * encoderStride(encoderPlans[encoder.kind])) ** 2
}

/** Of the Transformer and the heads. */
function heldByRest(configuration: Configuration, shape: PassShape, words: number): Held[] {
  const { transformer, dictionary } = configuration
  const { hiddenSize, feedForwardSize, heads, dropout } = transformer
  const { pairs, textLength, askedWords, askedTokens } = shape
  const length = textLength + tokensOf(configuration, shape)
  const rows = pairs * length
  const asked = Math.min(rows, pairs + askedWords + askedTokens)
  const behind = plus(times(plus(layer.after, dropout > 0 ? layer.dropout : none), hiddenSize), times(layer.wide, feedForwardSize))
  const shares = times(dropout > 0 ? scores.dropout : scores.plain, pairs * heads * length ** 2)
  const attention = plus(times(layer.before, rows * hiddenSize), shares)
  // In the last layer only the rows that a head reads go on after the attention.
  const each = Array.from({ length: transformer.layers }, (_, i) =>
    heldBySegment(configuration, plus(attention, times(behind, i === transformer.layers - 1 ? asked : rows)), rows * hiddenSize),
  )
  const logits = others.logits * (askedWords * words + askedTokens * dictionary.size)
  return [{ kept: others.embedded * rows * hiddenSize, work: 0 }, ...each, { kept: 0, work: logits }]
}

const none: Held = { kept: 0, work: 0 }

function times({ kept, work }: Held, size: number): Held {
  return { kept: kept * size, work: work * size }
}

function plus(a: Held, b: Held): Held {
  return { kept: a.kept + b.kept, work: a.work + b.work }
}
