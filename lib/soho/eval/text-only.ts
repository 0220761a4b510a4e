import type { QuestionExample } from '../contract.ts'
import { Random } from '../data/random.ts'
import { basicWords } from '../data/word-pieces.ts'
import { normaliseAnswer, vqaCredit } from './vqa-accuracy.ts'

/** What can be answered without looking: every score of a model that sees stands beside the best of these. */

export interface LabelledText {
  text: string
  label: string
}

function mostFrequent(labels: Iterable<string>): string {
  const counts = new Map<string, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]?.[0] ?? ''
}

/** The label that was most frequent with the very same text in training; with a new text, the most frequent of all. */
export function answerBySameText(train: readonly LabelledText[], texts: readonly string[]): string[] {
  const usual = mostFrequent(train.map(({ label }) => label))
  const byText = new Map<string, string[]>()
  for (const { text, label } of train) byText.set(text, [...(byText.get(text) ?? []), label])
  const answers = new Map([...byText].map(([text, labels]) => [text, mostFrequent(labels)]))
  return texts.map((text) => answers.get(text) ?? usual)
}

const rounds = 8
const firstRate = 0.2

/** Multinomial logistic regression on the words of the text, in no order; stochastic gradient descent with a falling rate. */
export function answerByWords(train: readonly LabelledText[], texts: readonly string[]): string[] {
  const labels = [...new Set(train.map(({ label }) => label))].sort()
  const words = new Map<string, number>()
  for (const { text } of train) for (const word of basicWords(text)) if (!words.has(word)) words.set(word, words.size)
  const bag = (text: string) => [...new Set(basicWords(text))].flatMap((word) => words.get(word) ?? [])
  const weights = new Float64Array((words.size + 1) * labels.length)
  const examples = train.map(({ text, label }) => ({ features: [...bag(text), words.size], label: labels.indexOf(label) }))
  for (let round = 0; round < rounds; round += 1) {
    const rate = firstRate / (1 + round)
    for (const i of new Random(1, 'words', round).permutation(examples.length)) {
      const { features, label } = examples[i] as (typeof examples)[number]
      const shares = softmax(scoresOf(weights, features, labels.length))
      for (const feature of features) {
        for (const [c, share] of shares.entries()) {
          const at = feature * labels.length + c
          weights[at] = (weights[at] as number) - rate * (share - (c === label ? 1 : 0))
        }
      }
    }
  }
  return texts.map((text) => {
    const scores = scoresOf(weights, [...bag(text), words.size], labels.length)
    return labels[scores.indexOf(Math.max(...scores))] ?? ''
  })
}

function scoresOf(weights: Float64Array, features: readonly number[], classes: number): number[] {
  return Array.from({ length: classes }, (_, c) => features.reduce((sum, feature) => sum + (weights[feature * classes + c] as number), 0))
}

function softmax(scores: readonly number[]): number[] {
  const top = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - top))
  const total = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / total)
}

export interface TextOnlyScores {
  /** The most frequent label of training. */
  majority: number
  sameText: number
  words: number
  /** The best of the three. */
  best: number
}

function withBest(scores: Omit<TextOnlyScores, 'best'>): TextOnlyScores {
  return { ...scores, best: Math.max(scores.majority, scores.sameText, scores.words) }
}

function meanCredit(answers: readonly string[], credit: (answer: string, i: number) => number): number {
  return answers.reduce((sum, answer, i) => sum + credit(answer, i), 0) / Math.max(1, answers.length)
}

/** Accuracy on labelled texts (statements, hypotheses) from the text alone. */
export function textOnlyAccuracy(train: readonly LabelledText[], test: readonly LabelledText[]): TextOnlyScores {
  const texts = test.map(({ text }) => text)
  const score = (answers: string[]) => meanCredit(answers, (answer, i) => Number(answer === test[i]?.label))
  const usual = mostFrequent(train.map(({ label }) => label))
  return withBest({
    majority: score(texts.map(() => usual)),
    sameText: score(answerBySameText(train, texts)),
    words: score(answerByWords(train, texts)),
  })
}

/** VQA accuracy, by the official credit, from the question alone. */
export function questionOnlyAccuracy(train: readonly QuestionExample[], test: readonly QuestionExample[]): TextOnlyScores {
  const labelled = train.map(({ text, answers }) => ({ text, label: mostFrequent(answers.map(normaliseAnswer)) }))
  const known = test.filter(({ answers }) => answers.length > 0)
  const texts = known.map(({ text }) => text)
  const score = (answers: string[]) => meanCredit(answers, (answer, i) => vqaCredit(answer, known[i]?.answers ?? []))
  const usual = mostFrequent(labelled.map(({ label }) => label))
  return withBest({
    majority: score(texts.map(() => usual)),
    sameText: score(answerBySameText(labelled, texts)),
    words: score(answerByWords(labelled, texts)),
  })
}
