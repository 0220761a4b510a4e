import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { Evaluation, Prediction, Splits } from '../contract.ts'
import type { WordPieces } from '../data/word-pieces.ts'
import type { Pass } from '../model/layers.ts'
import type { Soho } from '../model/soho.ts'
import { kernels } from '../nn/current-kernels.ts'
import type { Objective } from '../train/step.ts'
import { argMax, evaluateExamples, exampleStates, meanOf } from './classify.ts'
import { mostFrequent, withShuffledImages } from './controls.ts'
import type { EvaluationContext, Task, TaskExample, TaskStep } from './task.ts'

export interface LabelledExample extends TaskExample {
  exampleId: string
  label: string
}

/** Tasks with one label out of a few: NLVR2 and SNLI-VE. */
export interface LabelledOptions<E extends LabelledExample> {
  examples: Splits<E>
  labels: readonly string[]
  wordPieces: WordPieces
  maximum: number
  useFeatures: boolean
  addHeads: (model: Soho) => void
  /** [examples, labels] */
  logits: (pass: Pass, states: Tensor2D) => Tensor2D
  /** Scores beside `accuracy`, from each example's outcome. */
  extraScores: (examples: readonly E[], right: readonly boolean[]) => Record<string, number | null>
}

export function labelledTask<E extends LabelledExample>(options: LabelledOptions<E>): Task {
  const { examples, labels, addHeads } = options
  return { train: examples.train, selection: 'accuracy', addHeads, objective, evaluate }

  function objective(step: TaskStep): Objective & { terms: number } {
    const chosen = step.examples.map((i) => examples.train[i] as E)
    const logits = options.logits(step.pass, exampleStates({ ...options, ...step, examples: chosen }))
    const wanted = tf.tensor1d(chosen.map(({ label }) => labels.indexOf(label)), 'int32') // prettier-ignore
    const accuracy = tf.tidy(() => tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), wanted), 'float32')) as tf.Scalar)
    const loss = tf.mean(kernels().crossEntropy(logits, wanted)) as tf.Scalar
    return { loss, report: { accuracy }, terms: chosen.length }
  }

  async function evaluate(context: EvaluationContext): Promise<Evaluation> {
    const all = examples[context.split]
    const chosen = context.limit === null ? all : all.slice(0, context.limit)
    const answers = await answer(context, chosen)
    const right = chosen.map(({ label }, i) => answers[i] === label)
    const scores: Record<string, number | null> = { accuracy: meanOf(right.map(Number)), ...options.extraScores(chosen, right) }
    if (context.limit === null) Object.assign(scores, await controls(context, chosen))
    const predictions = chosen.map(({ exampleId }, i): Prediction => ({
      exampleId,
      image: null,
      answer: answers[i] ?? null,
      score: right[i] ? 1 : 0,
      rank: null,
    }))
    return { split: context.split, exampleCount: chosen.length, scores, predictions }
  }

  async function controls(context: EvaluationContext, chosen: readonly E[]) {
    const blind = await answer(context, withShuffledImages(chosen))
    const usual = mostFrequent(examples.train.map(({ label }) => label))
    return {
      'accuracy.shuffledImages': meanOf(chosen.map(({ label }, i) => Number(blind[i] === label))),
      'accuracy.majority': meanOf(chosen.map(({ label }) => Number(label === usual))),
    }
  }

  function answer({ model, images, pauses }: EvaluationContext, chosen: readonly E[]): Promise<string[]> {
    return evaluateExamples({ ...options, model, images, pauses, examples: chosen, read: (logits) => labels[argMax(logits)] as string })
  }
}
