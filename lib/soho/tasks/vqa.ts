import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core'
import type { Evaluation, Prediction, QuestionExample, Splits } from '../contract.ts'
import { normaliseAnswer, softTarget, vqaCredit } from '../eval/vqa-accuracy.ts'
import { addLinear, linear } from '../model/layers.ts'
import type { Pass } from '../model/layers.ts'
import { kernels } from '../nn/current-kernels.ts'
import type { Objective } from '../train/step.ts'
import { argMax, evaluateExamples, exampleStates, meanOf } from './classify.ts'
import { mostFrequent, withShuffledImages } from './controls.ts'
import { taskInput } from './task.ts'
import type { EvaluationContext, Task, TaskExample, TaskSetup, TaskStep } from './task.ts'

type Question = QuestionExample & TaskExample

/** Candidate answers: the normalised most frequent answer of each training question, kept from a minimum number of questions on. */
export function candidateAnswers(questions: readonly QuestionExample[], minimumCount: number): string[] {
  const counts = new Map<string, number>()
  for (const { answers } of questions) {
    const answer = mostFrequent(answers.map(normaliseAnswer))
    if (answer !== null) counts.set(answer, (counts.get(answer) ?? 0) + 1)
  }
  return [...counts]
    .filter(([, count]) => count >= minimumCount)
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([answer]) => answer)
}

/** Answers as classes with soft targets: linear, ReLU, linear on [CLS]; binary cross entropy, summed over answers, mean over questions. */
export function vqaTask({ configuration, wordPieces }: TaskSetup, splits: Splits<QuestionExample>): Task {
  const convert = (split: readonly QuestionExample[]) => split.map((example) => ({ ...example, images: [example.image] }))
  const examples: Splits<Question> = { train: convert(splits.train), val: convert(splits.val), test: convert(splits.test) }
  const { transformer, vqa, text } = configuration
  const candidates = candidateAnswers(splits.train, vqa.answerMinimumCount)
  const classes = new Map(candidates.map((answer, i) => [answer, i]))
  const shared = { wordPieces, maximum: text.maxTokens, useFeatures: taskInput(configuration, 'vqa') === 'features', logits }

  return {
    train: examples.train,
    selection: 'accuracy',
    addHeads: ({ parameters }) => {
      addLinear(parameters, 'heads.vqa.dense', transformer.hiddenSize, transformer.feedForwardSize)
      addLinear(parameters, 'heads.vqa.out', transformer.feedForwardSize, candidates.length)
    },
    objective,
    evaluate,
  }

  function logits(pass: Pass, states: Tensor2D): Tensor2D {
    return linear(pass, 'heads.vqa.out', kernels().relu(linear(pass, 'heads.vqa.dense', states)))
  }

  function targets(chosen: readonly Question[]): Tensor2D {
    const values = new Float32Array(chosen.length * candidates.length)
    for (const [row, { answers }] of chosen.entries()) {
      const counts = new Map<number, number>()
      for (const answer of answers) {
        const place = classes.get(normaliseAnswer(answer))
        if (place !== undefined) counts.set(place, (counts.get(place) ?? 0) + 1)
      }
      for (const [place, count] of counts) values[row * candidates.length + place] = softTarget(count)
    }
    return tf.tensor2d(values, [chosen.length, candidates.length])
  }

  function objective(step: TaskStep): Objective {
    const chosen = step.examples.map((i) => examples.train[i] as Question)
    const scores = logits(step.pass, exampleStates({ ...shared, ...step, examples: chosen }))
    const wanted = targets(chosen)
    // max(x, 0) - x z + log(1 + e^-|x|): the numerically safe form.
    const losses = tf.add(tf.sub(tf.relu(scores), tf.mul(scores, wanted)), tf.log1p(tf.exp(tf.neg(tf.abs(scores)))))
    const accuracy = tf.tidy(() => {
      const credit = tf.sum(tf.mul(wanted, tf.oneHot(tf.argMax(scores, 1) as tf.Tensor1D, candidates.length)), 1)
      return tf.mean(credit) as Scalar
    })
    return { loss: tf.div(tf.sum(losses), chosen.length) as Scalar, report: { accuracy } }
  }

  function answer({ model, images }: EvaluationContext, chosen: readonly Question[]): Promise<string[]> {
    return evaluateExamples({ ...shared, model, images, examples: chosen, read: (values) => candidates[argMax(values)] as string })
  }

  async function evaluate(context: EvaluationContext): Promise<Evaluation> {
    const all = examples[context.split]
    const chosen = context.limit === null ? all : all.slice(0, context.limit)
    const answers = await answer(context, chosen)
    // Splits without annotations get predictions but no score.
    const credits = chosen.map((question, i) => (question.answers.length === 0 ? null : vqaCredit(answers[i] as string, question.answers)))
    const scores = scoresOf(chosen, credits)
    if (context.limit === null) {
      const blind = await answer(context, withShuffledImages(chosen))
      const usual = candidates[0] ?? ''
      const known = chosen.flatMap((question, i) => (question.answers.length === 0 ? [] : [{ question, blind: blind[i] as string }]))
      scores['accuracy.shuffledImages'] = meanOf(known.map(({ question, blind }) => vqaCredit(blind, question.answers)))
      scores['accuracy.majority'] = meanOf(known.map(({ question }) => vqaCredit(usual, question.answers)))
    }
    const predictions = chosen.map(({ exampleId }, i): Prediction => ({
      exampleId,
      image: null,
      answer: answers[i] ?? null,
      score: credits[i] ?? null,
      rank: null,
    }))
    return { split: context.split, exampleCount: chosen.length, scores, predictions }
  }
}

const answerTypes = { 'yes/no': 'yesNo', number: 'number', other: 'other' } as const

function scoresOf(questions: readonly Question[], credits: readonly (number | null)[]): Record<string, number | null> {
  const of = (type: string | null) =>
    meanOf(credits.flatMap((credit, i) => (credit !== null && (type === null || questions[i]?.answerType === type) ? [credit] : [])))
  return {
    accuracy: of(null),
    ...Object.fromEntries(Object.entries(answerTypes).map(([type, name]) => [`accuracy.${name}`, of(type)])),
  }
}
