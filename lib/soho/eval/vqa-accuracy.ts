import { contractions } from './vqa-contractions.ts'

/** The official evaluation's normalisation of an answer, quirks included (GT-Vision-Lab/VQA, VQAEval). */
const punctuation = [';', '/', '[', ']', '"', '{', '}', '(', ')', '=', '+', '\\', '_', '-', '>', '<', '@', '`', ',', '?', '!']
const commaInNumber = /\d,\d/
const articles = new Set(['a', 'an', 'the'])
const numbers = new Map(
  ['none', 'zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'].map((word, i) => [
    word,
    String(Math.max(0, i - 1)),
  ]),
)
/** The official code passes a flag where the count belongs, so it removes no more than 32 periods. */
const periodLimit = 32

export function normaliseAnswer(answer: string): string {
  const clean = answer.replaceAll('\n', ' ').replaceAll('\t', ' ').trim()
  return normaliseWords(normalisePunctuation(clean))
}

function normalisePunctuation(text: string): string {
  let out = text
  for (const mark of punctuation) {
    // Whether a mark vanishes or becomes a space is decided on the original text.
    const deleted = text.includes(`${mark} `) || text.includes(` ${mark}`) || commaInNumber.test(text)
    out = out.replaceAll(mark, deleted ? '' : ' ')
  }
  let periods = 0
  return out.replace(/\.(?!\d)/g, (period) => {
    periods += 1
    return periods <= periodLimit ? '' : period
  })
}

function normaliseWords(text: string): string {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => numbers.get(word) ?? word)
    .filter((word) => !articles.has(word))
  return words.map((word) => contractions.get(word) ?? word).join(' ')
}

/**
 * Official credit of a prediction: the mean over the annotators of min(1, matches among the others / 3). Normalisation runs only where
 * the annotators' raw answers differ.
 */
export function vqaCredit(prediction: string, answers: readonly string[]): number {
  if (answers.length === 0) return 0
  const differ = new Set(answers).size > 1
  const given = differ ? answers.map(normaliseAnswer) : answers
  const said = differ ? normaliseAnswer(prediction) : prediction
  const matches = given.filter((answer) => answer === said).length
  const total = given.reduce((sum, answer) => sum + Math.min(1, (matches - (answer === said ? 1 : 0)) / 3), 0)
  return total / given.length
}

/** Usual training target by the number of annotators who gave the answer. */
export function softTarget(count: number): number {
  return [0, 0.3, 0.6, 0.9][count] ?? 1
}
