import type { Configuration, StageKind } from './config.ts'

/** What a caller hands to the model's training code and gets back. Bytes and numbers in, bytes and numbers out; no I/O in between. */

/** A named array as it stands in a safetensors file. `data.length` is the product of `shape`. */
export interface NamedArray {
  shape: number[]
  data: Float32Array | Int32Array
}
export type NamedArrays = Map<string, NamedArray>

/** A padded batch of images: [B, H, W, 3] bytes, RGB. Image b occupies the top-left `validHeights[b]` x `validWidths[b]` pixels. */
export interface ImageBatch {
  pixels: Uint8Array
  heightPx: number
  widthPx: number
  validHeights: number[]
  validWidths: number[]
}

/** Images of the stage, addressed by 0-based index; the caller decodes, scales and caches. */
export interface ImageSource {
  count: number
  /** Whether the image is wider than high: batches are of one orientation. */
  isWide(this: void, index: number): boolean
  read(indexes: readonly number[]): Promise<ImageBatch>
}

/** A text about one image (caption, retrieval). */
export interface CaptionExample {
  exampleId: string
  text: string
  image: number
}
export interface QuestionExample {
  exampleId: string
  text: string
  image: number
  /** All annotators' answers (ten in VQA v2); empty where the split has no annotations. */
  answers: string[]
  /** `yes/no`, `number`, `other`, or null where the file does not say. */
  answerType: string | null
}
export interface StatementExample {
  exampleId: string
  text: string
  /** One to three images. */
  images: number[]
  label: boolean
  /** Examples of one group share their sentence: consistency counts groups that are right throughout. */
  group: string
}
export const entailmentLabels = ['entailment', 'neutral', 'contradiction'] as const
export type EntailmentLabel = (typeof entailmentLabels)[number]
export interface HypothesisExample {
  exampleId: string
  text: string
  image: number
  label: EntailmentLabel
}

export interface Splits<E> {
  train: E[]
  val: E[]
  test: E[]
}

/** The examples of a stage, by its kind. Pre-training evaluates its losses on `val` and never reads `test`. */
export type StageData =
  | { kind: 'pretrain'; examples: Splits<CaptionExample> }
  | { kind: 'retrieval'; examples: Splits<CaptionExample> }
  | { kind: 'vqa'; examples: Splits<QuestionExample> }
  | { kind: 'nlvr2'; examples: Splits<StatementExample> }
  | { kind: 'snli-ve'; examples: Splits<HypothesisExample> }

export interface StageInput {
  kind: StageKind
  configuration: Configuration
  seed: number
  /** Word pieces by id; [PAD], [UNK], [CLS], [SEP] and [MASK] are among them. */
  vocabulary: string[]
  images: ImageSource
  data: StageData
  /** Weights of the pre-training stage (task stages), or given ones to start from, in our names and layouts (pre-training). */
  initial: NamedArrays | null
  /** A checkpoint of this very stage to continue from; continuing equals never having stopped. */
  resume: { step: number; arrays: NamedArrays } | null
}

export interface StageTools {
  signal: AbortSignal
  /** Metric points of one step; resolved when the caller has accepted them. */
  points(step: number, values: Record<string, number>): Promise<void>
  progress(progress: { step: number; stepsTotal: number; epoch: number; itemsPerSecond: number }): Promise<void>
  /** A resumable state; resolved when durable. `shouldCheckpoint` asks whether one is due (by the caller's clock). */
  checkpoint(step: number, arrays: NamedArrays): Promise<void>
  shouldCheckpoint(step: number): boolean
  log(level: 'info' | 'warn', message: string): void
}

/** One example's answer under evaluation. `score` is the official per-example credit in [0, 1]; `rank` is 1-based (retrieval). */
export interface Prediction {
  /** A caption, question, statement or hypothesis; null for an image ranked against captions (then `image` is set). */
  exampleId: string | null
  image: number | null
  answer: string | null
  score: number | null
  rank: number | null
}
export interface Evaluation {
  split: 'val' | 'test'
  exampleCount: number
  scores: Record<string, number | null>
  predictions: Prediction[]
}

/** Where the dictionary's codewords fire: one row per image of the pre-training data, row-major over the feature grid. */
export interface CodebookIndex {
  gridHeight: number
  gridWidth: number
  /** Per image index: codeword of each visual token, and its distance to it (L2). -1 where the token is padding. */
  maps: { image: number; gridHeight: number; gridWidth: number; codes: Int32Array; distances: Float32Array }[]
}

export interface StageResult {
  weights: NamedArrays
  evaluations: Evaluation[]
  codebook: CodebookIndex | null
}

/** Training left the finite numbers, or diverged: ends the stage with the place and the statistics. */
export class NotFiniteError extends Error {
  readonly step: number
  readonly statistics: Record<string, number>
  constructor(step: number, reason: string, statistics: Record<string, number>) {
    super(`Training stopped being finite at step ${step}: ${reason}`)
    this.name = 'NotFiniteError'
    this.step = step
    this.statistics = statistics
  }
}

/** The caller's signal stopped the stage after it wrote a checkpoint. */
export class StageInterruptedError extends Error {
  readonly step: number
  constructor(step: number) {
    super(`Stage interrupted at step ${step}`)
    this.name = 'StageInterruptedError'
    this.step = step
  }
}

export type RunStage = (input: StageInput, tools: StageTools) => Promise<StageResult>
