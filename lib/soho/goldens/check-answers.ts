import { nlvr2Consistency } from '../eval/consistency.ts'
import { meanByGroup } from '../eval/mean-by-group.ts'
import { normaliseAnswer, vqaCredit } from '../eval/vqa-accuracy.ts'
import { meanOf } from '../tasks/classify.ts'
import type { Comparisons } from './compare.ts'
import type { Golden } from './golden.ts'

interface Question {
  question_type: string
  answer_type: string
  answers: string[]
  prediction: string
  expected_accuracy_percent: number
}

/** Official credit of answers, overall and by type, and the official normalisation of strings. */
export function checkVqaAccuracy(golden: Golden, found: Comparisons): void {
  const tolerance = golden.tolerance('percent', 1e-4)
  const { pairs } = golden.json<{ pairs: [string, string][] }>('normalisation.json')
  found.exact('normalisation', pairs.map(([raw]) => normaliseAnswer(raw)), pairs.map(([, normal]) => normal)) // prettier-ignore
  const questions = golden.json<{
    items: Question[]
    expected_overall_percent: number
    expected_per_question_type_percent: Record<string, number>
    expected_per_answer_type_percent: Record<string, number>
  }>('questions.json')
  const { items } = questions
  const credits = items.map(({ prediction, answers }) => 100 * vqaCredit(prediction, answers))
  found.near('each question', credits, items.map((item) => item.expected_accuracy_percent), tolerance) // prettier-ignore
  found.near('overall', [meanOf(credits) ?? NaN], [questions.expected_overall_percent], tolerance)
  const byQuestion = meanByGroup(credits, (i) => items[i]?.question_type)
  const byAnswer = meanByGroup(credits, (i) => items[i]?.answer_type)
  for (const [type, wanted] of Object.entries(questions.expected_per_question_type_percent)) {
    found.near(`questions: ${type}`, [byQuestion.get(type) ?? NaN], [wanted], tolerance)
  }
  for (const [type, wanted] of Object.entries(questions.expected_per_answer_type_percent)) {
    found.near(`answers: ${type}`, [byAnswer.get(type) ?? NaN], [wanted], tolerance)
  }
}

/** Accuracy, and the share of sentences that are right throughout. */
export function checkNlvr2(golden: Golden, found: Comparisons): void {
  const tolerance = golden.tolerance('fraction', 1e-9)
  const { items, expected_accuracy, expected_consistency } = golden.json<{
    items: { identifier: string; label: string; prediction: string }[]
    expected_accuracy: number
    expected_consistency: number
  }>('.json')
  const outcomes = items.map(({ identifier, label, prediction }) => {
    const [split, set, , sentence] = identifier.split('-')
    return { group: [split, set, sentence].join('-'), right: label.toLowerCase() === prediction.toLowerCase() }
  })
  found.near('accuracy', [meanOf(outcomes.map(({ right }) => Number(right))) ?? NaN], [expected_accuracy], tolerance)
  found.near('consistency', [nlvr2Consistency(outcomes)], [expected_consistency], tolerance)
}

/** Accuracy overall and by label, and the counts of what was said of each label. */
export function checkSnliVe(golden: Golden, found: Comparisons): void {
  const tolerance = golden.tolerance('fraction', 1e-9)
  const expected = golden.json<{
    items: { gold_label: string; prediction: string }[]
    expected_accuracy: number
    expected_per_class_accuracy: Record<string, number>
    expected_confusion_gold_then_predicted: Record<string, Record<string, number>>
  }>('.json')
  const { items } = expected
  const said = (label: string | null) => items.map(({ gold_label, prediction }) => Number(prediction === (label ?? gold_label)))
  const byLabel = (label: string | null) => meanByGroup(said(label), (i) => items[i]?.gold_label)
  found.near('accuracy', [meanOf(said(null)) ?? NaN], [expected.expected_accuracy], tolerance)
  for (const [label, wanted] of Object.entries(expected.expected_per_class_accuracy)) {
    found.near(label, [byLabel(null).get(label) ?? NaN], [wanted], tolerance)
  }
  for (const [label, counts] of Object.entries(expected.expected_confusion_gold_then_predicted)) {
    const total = Object.values(counts).reduce((a, b) => a + b, 0)
    for (const [predicted, count] of Object.entries(counts)) {
      found.near(`${label} called ${predicted}`, [total * (byLabel(predicted).get(label) ?? NaN)], [count], tolerance)
    }
  }
}
