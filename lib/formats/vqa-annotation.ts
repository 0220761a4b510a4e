import { readObject, readWholeNumber } from './read-fields.ts'
import { describe, isObject, type ParsedAnnotation, type RecordBuilder } from './record.ts'

type AnswerType = 'yes/no' | 'number' | 'other'

const answerTypes = new Set(['yes/no', 'number', 'other'])

/** Null where the annotation cannot be used at all; the builder has the reason. */
export function readAnnotation(entry: unknown, builder: RecordBuilder): ParsedAnnotation | null {
  const value = readObject(entry, builder)
  const questionId = value && readWholeNumber(value, 'question_id', builder)
  if (!value || questionId === null) return null
  const answers = readAnswers(value['answers'], builder)
  if (answers === null) return null
  const imageId = value['image_id']
  return {
    questionId: String(questionId),
    imageId: typeof imageId === 'number' ? String(imageId) : null,
    label: readLabel(value['multiple_choice_answer'], answers, builder),
    answers,
    answerType: readAnswerType(value['answer_type'], builder),
    questionType: typeof value['question_type'] === 'string' ? value['question_type'] : null,
  }
}

function readAnswers(value: unknown, builder: RecordBuilder): string[] | null {
  if (!Array.isArray(value)) {
    builder.refuse('answers-type', 'answers', `answers is ${describe(value)}, a list expected`)
    return null
  }
  if (value.length !== 10) {
    const reason = `${value.length} answers, 10 expected: the score formula changes for this question`
    builder.warn('answer-count', 'answers', reason)
  }
  const answers: string[] = []
  for (const [index, entry] of (value as unknown[]).entries()) {
    const place = `${builder.place}.answers[${index}]`
    const answer = isObject(entry) ? entry['answer'] : entry
    const confidence = isObject(entry) ? entry['answer_confidence'] : undefined
    if (typeof answer !== 'string')
      builder.warn('answer-type', 'answer', `the answer is ${describe(answer)}, text expected: left out`, place)
    else if (answer.trim() === '') builder.warn('answer-empty', 'answer', 'empty answer: left out', place)
    else answers.push(answer.trim())
    if (confidence !== undefined && !['yes', 'maybe', 'no'].includes(confidence as string)) {
      builder.warn('confidence-value', 'answer_confidence', `answer_confidence "${String(confidence)}" is not yes, maybe or no`, place)
    }
  }
  return answers
}

function readLabel(given: unknown, answers: string[], builder: RecordBuilder): string | null {
  if (typeof given === 'string' && answers.includes(given)) return given
  if (given !== undefined && answers.length > 0) {
    builder.warn(
      'mca-not-in-answers',
      'multiple_choice_answer',
      `multiple_choice_answer is none of the ${answers.length} answers: counted anew`,
    )
  }
  const counts = new Map<string, number>()
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null
}

function readAnswerType(given: unknown, builder: RecordBuilder): AnswerType | null {
  if (given === undefined) return null
  if (typeof given === 'string' && answerTypes.has(given)) return given as AnswerType
  const lower = typeof given === 'string' ? given.toLowerCase() : ''
  const reason = `answer_type ${typeof given === 'string' ? `"${given}"` : `is ${describe(given)},`} is not yes/no, number or other`
  builder.warn('answer-type-value', 'answer_type', answerTypes.has(lower) ? `${reason}: read as ${lower}` : reason)
  return answerTypes.has(lower) ? (lower as AnswerType) : null
}
