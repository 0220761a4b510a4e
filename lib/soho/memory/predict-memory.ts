import type { Configuration, StageKind } from '../config.ts'
import { countActivations } from './activations.ts'
import type { PassShape } from './activations.ts'
import { countParameters } from './parameter-counts.ts'
import type { ClassCounts } from './parameter-counts.ts'

/** Resident memory of a trainer in its largest moment, in bytes, by what takes it. On a GPU all but `process` lies there. */
export interface MemoryPrediction {
  /** Node, TensorFlow's library and what the allocator keeps. */
  process: number
  parameters: number
  gradients: number
  /** The optimiser's. */
  moments: number
  activations: number
  total: number
}

const floatBytes = 4
/** Measured with nothing but the backend loaded, and what a run's own arrays in JavaScript come to. */
const processBytes = 600 * 2 ** 20
/** Freed pieces between used ones, which the allocator cannot give back. */
const fragmentation = 1.3

/**
 * What one training step needs. Peaks at the end of the backward pass, when every gradient stands beside what it was computed from.
 * Checked against measured steps from `tiny` to `paper`; see `predict-memory.test.ts`.
 */
export function predictStepMemory(configuration: Configuration, kind: StageKind, shape: PassShape, classes: ClassCounts): MemoryPrediction {
  const { encoder, rest, words, buffers } = countParameters(configuration, kind, classes)
  const settings = configuration[kind === 'snli-ve' ? 'snliVe' : kind]
  // The word embedding's gradient has two parts (look-up, tied decoder) and a sum; clipping makes a scaled copy.
  const wordCopies = kind === 'pretrain' ? 3 : 1
  const numbers = {
    parameters: encoder + rest + buffers,
    gradients: encoder + rest + wordCopies * words,
    moments: (settings.optimizer.encoder === 'sgd' ? 1 : 2) * encoder + 2 * rest,
    activations: countActivations(configuration, shape, classes.words),
  }
  const bytes = {
    process: processBytes,
    parameters: numbers.parameters * floatBytes,
    gradients: numbers.gradients * floatBytes,
    moments: numbers.moments * floatBytes,
    activations: Math.ceil(numbers.activations * floatBytes * fragmentation),
  }
  return { ...bytes, total: Object.values(bytes).reduce((sum, part) => sum + part, 0) }
}
