import type { Configuration } from '../config.ts'
import type { Evaluation, ImageSource, StageInput } from '../contract.ts'
import type { WordPieces } from '../data/word-pieces.ts'
import type { Pass } from '../model/layers.ts'
import type { Soho, VisualTokens } from '../model/soho.ts'
import type { Objective } from '../train/step.ts'
import type { Pauses } from './pauses.ts'

/** One example as every task sees it: a text about one or more images. */
export interface TaskExample {
  text: string
  images: readonly number[]
}

/** What training one task needs beyond the shared loop. */
export interface Task {
  /** Training examples; batches are drawn by image group. */
  train: readonly TaskExample[]
  /** The score that chooses the checkpoint, of those `evaluate` reports; higher is better. */
  selection: string
  addHeads(model: Soho): void
  /**
   * Of one part of a batch. @param batch positions in `train`, all parts together; `examples`: of this one
   * @param slot place of an image in `seen`
   * @returns `terms`: how many the loss is the mean of
   */
  objective(step: TaskStep): Objective & { terms: number }
  /** `limit`: at most so many examples (for validation between epochs). */
  evaluate(context: EvaluationContext): Promise<Evaluation>
}

export interface TaskStep {
  pass: Pass
  model: Soho
  seen: VisualTokens
  batch: readonly number[]
  examples: readonly number[]
  slot: (image: number) => number
  seed: number
  step: number
}

export interface EvaluationContext {
  model: Soho
  images: ImageSource
  split: 'val' | 'test'
  /** Validation between epochs reads at most so many examples; null = all. */
  limit: number | null
  pauses: Pauses
}

export interface TaskSetup {
  configuration: Configuration
  wordPieces: WordPieces
  data: StageInput['data']
}
