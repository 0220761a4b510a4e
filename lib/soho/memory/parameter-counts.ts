import type { Configuration, StageKind } from '../config.ts'
import { blocksOf, encoderPlans, encoderWidth } from '../model/encoder-plan.ts'

/** How many numbers an optimiser moves, by who moves them. */
export interface ParameterCounts {
  encoder: number
  rest: number
  /** Of `rest`: the word embedding, whose gradients are as large as itself. */
  words: number
  /** Codebook and running statistics. */
  buffers: number
}

export interface ClassCounts {
  /** Word pieces V. */
  words: number
  /** Candidate answers of VQA. */
  answers: number
}

/** Of the model of a stage with its heads, from its sizes alone. */
export function countParameters(configuration: Configuration, kind: StageKind, classes: ClassCounts): ParameterCounts {
  const { text, transformer, dictionary } = configuration
  const width = transformer.hiddenSize
  const words = classes.words * width
  const embeddings = words + (Math.max(text.maxTokens, text.maxTokensLong) + 2 + 2) * width
  const encoder = countEncoder(configuration.encoder.kind)
  return {
    encoder: encoder.trained,
    rest: embeddings + countNeck(configuration) + countTransformer(transformer) + countHeads(configuration, kind, classes),
    words,
    buffers: encoder.buffers + 2 * width + dictionary.size * (width + 1) * (dictionary.update === 'mean' ? 1 : 2),
  }
}

const linear = (inputs: number, outputs: number) => (inputs + 1) * outputs

function countEncoder(kind: Configuration['encoder']['kind']): { trained: number; buffers: number } {
  const plan = encoderPlans[kind]
  let [weights, channels] = [0, 0]
  const add = (side: number, inputs: number, outputs: number) => {
    weights += side * side * inputs * outputs
    channels += outputs
  }
  add(plan.stem.side, 3, plan.stem.width)
  for (const { inputs, width, outputs, stride } of blocksOf(plan)) {
    const sides = plan.block === 'basic' ? [3, 3] : [1, 3, 1]
    for (const [i, side] of sides.entries()) add(side, i === 0 ? inputs : width, i === sides.length - 1 ? outputs : width)
    if (stride > 1 || inputs !== outputs) add(1, inputs, outputs)
  }
  // A norm has a scale and an offset, and beside them two running statistics.
  return { trained: weights + 2 * channels, buffers: 2 * channels }
}

function countNeck({ encoder, neck, dictionary, transformer }: Configuration): number {
  const width = transformer.hiddenSize
  const projection = encoderWidth(encoderPlans[encoder.kind]) * width + (neck.batchNorm ? 2 * width : width) + 2 * width
  if (dictionary.size === 0) return projection
  const mixing = neck.kind === 'dictionary' ? 0 : linear(width, width)
  return projection + width + mixing + (neck.kind === 'gated' ? 2 * width * 2 + 2 * 2 : 0)
}

function countTransformer({ layers, hiddenSize, feedForwardSize }: Configuration['transformer']): number {
  const attention = 4 * linear(hiddenSize, hiddenSize)
  return layers * (attention + linear(hiddenSize, feedForwardSize) + linear(feedForwardSize, hiddenSize) + 2 * 2 * hiddenSize)
}

/** Classes of NLVR2 and of SNLI-VE; an image more or less in NLVR2's head does not matter here. */
const [truths, relations, statementImages] = [2, 3, 2]

function countHeads({ transformer, pretrain, dictionary, nlvr2 }: Configuration, kind: StageKind, { words, answers }: ClassCounts): number {
  const { hiddenSize: width, feedForwardSize: wide } = transformer
  switch (kind) {
    case 'pretrain': {
      const mlm = pretrain.mlmHead === 'bert' ? words + linear(width, width) + 2 * width : 0
      return linear(width, 2) + mlm + (dictionary.size > 0 && pretrain.mvmHead === 'linear' ? linear(width, dictionary.size) : 0)
    }
    case 'retrieval':
      return linear(width, 2)
    case 'vqa':
      return linear(width, wide) + linear(wide, answers)
    case 'nlvr2':
      return nlvr2.head === 'mlp' ? linear(statementImages * width, width) + linear(width, truths) : linear(statementImages * width, truths)
    case 'snli-ve':
      return linear(width, relations)
  }
}
