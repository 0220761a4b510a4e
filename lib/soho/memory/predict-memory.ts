import { sectionOf } from '../config.ts'
import type { Configuration, StageKind } from '../config.ts'
import { imagesAtOnce } from './at-once.ts'
import { countActivations, countForward, tokensOf } from './activations.ts'
import type { PassShape } from './activations.ts'
import { countParameters } from './parameter-counts.ts'
import type { ClassCounts } from './parameter-counts.ts'
import { paddedSize, partsOf, textLengthOf } from './stage-shape.ts'
import type { StageFacts } from './stage-shape.ts'

/** Resident memory of a trainer in one of its moments, in bytes, by what takes it. On a GPU all but `process` lies there. */
export interface MemoryPrediction {
  /** Node, TensorFlow's library and what the allocator keeps. */
  process: number
  parameters: number
  gradients: number
  /** The optimiser's. */
  moments: number
  activations: number
  /** In JavaScript: the weights that were drawn or loaded, those of the best epoch, a checkpoint's arrays and its file, scores of pairs. */
  copies: number
  total: number
}

const floatBytes = 4
/** Node, TensorFlow's library, and what the allocator keeps between used pieces: fitted to the measured steps. */
const processBytes = 480 * 2 ** 20

/** What blocks that come and go leave between them, where segments are computed twice: fitted too. Without, the counts alone are within a tenth. */
const leftBetween = 1.85

function sum(numbers: Omit<MemoryPrediction, 'process' | 'total'>): MemoryPrediction {
  const { parameters, gradients, moments, activations, copies } = numbers
  const bytes = {
    process: processBytes,
    parameters: parameters * floatBytes,
    gradients: gradients * floatBytes,
    moments: moments * floatBytes,
    activations: Math.ceil(activations * floatBytes),
    copies: copies * floatBytes,
  }
  return { ...bytes, total: Object.values(bytes).reduce((total, part) => total + part, 0) }
}

/**
 * What the forward and backward pass of a micro-batch need: what is kept from the forward pass, every gradient, and the largest part at work.
 * Checked against measured steps from `tiny` to `paper`; see `predict-memory.test.ts`.
 */
export function predictStepMemory(configuration: Configuration, kind: StageKind, shape: PassShape, classes: ClassCounts): MemoryPrediction {
  const { encoder, rest, words, buffers } = countParameters(configuration, kind, classes)
  // The word embedding's gradient has two parts (look-up, tied decoder) and a sum; clipping makes a scaled copy.
  const wordCopies = kind === 'pretrain' ? 3 : 1
  // Micro-batches before this one have left their sum.
  const sums = partsOf(configuration, kind) > 1 ? encoder + rest : 0
  return sum({
    parameters: encoder + rest + buffers,
    gradients: encoder + rest + (wordCopies - 1) * words + sums,
    moments: countMoments(configuration, kind, encoder, rest),
    activations: countActivations(configuration, shape, classes.words) * (configuration.memory.gradientCheckpointing ? leftBetween : 1),
    copies: encoder + rest + buffers + countBest(kind, encoder + rest + buffers),
  })
}

/** Tasks keep the weights of the best epoch so far. */
const countBest = (kind: StageKind, weights: number) => (kind === 'pretrain' ? 0 : weights)

/** Images and pairs of one forward pass of an evaluation, at most. */
const [encoded, scored] = [64, 128]

/**
 * What an evaluation needs, and a checkpoint written in it: no gradient, but its arrays and the file made of them. Retrieval holds the tokens
 * of every image that is ranked, a moment long twice, and the scores of all pairs.
 */
export function predictEvaluationMemory(
  configuration: Configuration,
  kind: StageKind,
  facts: StageFacts,
  classes: ClassCounts,
): MemoryPrediction {
  const { encoder, rest, buffers } = countParameters(configuration, kind, classes)
  const size = paddedSize(configuration, facts.ratios)
  const none = { askedWords: 0, askedTokens: 0 }
  const shape = {
    ...size,
    ...none,
    images: imagesAtOnce(configuration, encoded),
    pairs: scored,
    textLength: textLengthOf(configuration, kind),
  }
  const ranked = kind === 'retrieval' ? Math.ceil(facts.tested / Math.max(1, facts.examples / Math.max(1, facts.images))) : 0
  const weights = encoder + rest + buffers
  const moments = countMoments(configuration, kind, encoder, rest)
  const best = countBest(kind, weights)
  const stored = weights + moments + best + ranked * facts.tested
  return sum({
    ...{ parameters: weights, gradients: 0, moments, copies: best + ranked * facts.tested + 2 * stored },
    activations: countForward(configuration, shape) + 2 * ranked * tokensOf(configuration, size) * configuration.transformer.hiddenSize,
  })
}

function countMoments(configuration: Configuration, kind: StageKind, encoder: number, rest: number): number {
  const { optimizer } = configuration[sectionOf[kind]]
  return (optimizer.encoder === 'sgd' ? 1 : 2) * encoder + 2 * rest
}
