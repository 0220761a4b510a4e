import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { Evaluation, Prediction, QuestionExample, Splits } from '../contract.ts'
import { meanByGroup } from '../eval/mean-by-group.ts'
import { normaliseAnswer, softTarget, vqaCredit } from '../eval/vqa-accuracy.ts'
import { addLinear, linear } from '../model/layers.ts'
import type { Pass } from '../model/layers.ts'
import type { Parameters } from '../model/parameters.ts'
import { kernels } from '../nn/current-kernels.ts'
import type { Objective } from '../train/step.ts'
import { argMax, evaluateExamples, exampleStates, meanOf } from './classify.ts'
import { mostFrequent, withShuffledImages } from './controls.ts'
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

export function addVqaHead(p: Parameters, width: number, hidden: number, answers: number): void {
  addLinear(p, 'heads.vqa.dense', width, hidden)
  addLinear(p, 'heads.vqa.out', hidden, answers)
}

/** [CLS] states [N, D] -> [N, answers] */
export function vqaLogits(pass: Pass, states: Tensor2D): Tensor2D {
  return linear(pass, 'heads.vqa.out', kernels().relu(linear(pass, 'heads.vqa.dense', states)))
}

/** Binary cross entropy with soft targets [N, answers], summed over answers, mean over questions. */
export function vqaLoss(logits: Tensor2D, targets: Tensor2D): Scalar {
  // max(x, 0) - x z + log(1 + e^-|x|): the numerically safe form.
  const losses = tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))))
  return tf.div(tf.sum(losses), logits.shape[0])
}

/** The target of each question's best answer, [N]. */
export function vqaTrainingCredit(logits: Tensor2D, targets: Tensor2D): Tensor1D {
  return tf.sum(tf.mul(targets, tf.oneHot(tf.argMax(logits, 1) as Tensor1D, logits.shape[1])), 1)
}

/** Answers as classes with soft targets: linear, ReLU, linear on [CLS]. */
export function vqaTask({ configuration, wordPieces }: TaskSetup, splits: Splits<QuestionExample>): Task {
  const convert = (split: readonly QuestionExample[]) => split.map((example) => ({ ...example, images: [example.image] }))
  const examples: Splits<Question> = { train: convert(splits.train), val: convert(splits.val), test: convert(splits.test) }
  const { transformer, vqa, text } = configuration
  const candidates = candidateAnswers(splits.train, vqa.answerMinimumCount)
  const classes = new Map(candidates.map((answer, i) => [answer, i]))
  const shared = { wordPieces, maximum: text.maxTokens, useFeatures: configuration.vqa.input === 'features', logits: vqaLogits }

  return {
    train: examples.train,
    selection: 'accuracy',
    addHeads: ({ parameters }) => addVqaHead(parameters, transformer.hiddenSize, transformer.feedForwardSize, candidates.length),
    objective,
    evaluate,
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

  function objective(step: TaskStep): Objective & { terms: number } {
    const chosen = step.examples.map((i) => examples.train[i] as Question)
    const scores = vqaLogits(step.pass, exampleStates({ ...shared, ...step, examples: chosen }))
    const wanted = targets(chosen)
    const accuracy = tf.tidy(() => tf.mean(vqaTrainingCredit(scores, wanted)) as Scalar)
    return { loss: vqaLoss(scores, wanted), report: { accuracy }, terms: chosen.length }
  }

  function answer({ model, images, pauses }: EvaluationContext, chosen: readonly Question[]): Promise<string[]> {
    return evaluateExamples({ ...shared, model, images, pauses, examples: chosen, read: (values) => candidates[argMax(values)] as string })
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
  const known = credits.flatMap((credit, i) => (credit === null ? [] : [{ credit, type: questions[i]?.answerType }]))
  const all = known.map(({ credit }) => credit)
  const byType = meanByGroup(all, (i) => known[i]?.type)
  return {
    accuracy: meanOf(all),
    ...Object.fromEntries(Object.entries(answerTypes).map(([type, name]) => [`accuracy.${name}`, byType.get(type) ?? null])),
  }
}
