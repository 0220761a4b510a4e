import type { ParsedExample, ParsedItem, ParsedRecord, Problem } from './record.ts'

/** Everything of a file at once: for tools and tests with small files. Imports read in pieces. */
export async function readWhole(items: AsyncGenerator<ParsedItem[]>): Promise<{ records: ParsedRecord[]; problems: Problem[] }> {
  const records: ParsedRecord[] = []
  const problems: Problem[] = []
  for await (const item of flat(items)) {
    if ('record' in item) {
      records.push(item.record)
      problems.push(...item.record.problems)
    } else if ('problem' in item) problems.push(item.problem)
  }
  return { records, problems }
}

async function* flat(items: AsyncGenerator<ParsedItem[]>): AsyncGenerator<ParsedItem> {
  for await (const batch of items) yield* batch
}

/** The examples of questions, with the answers that another file holds. */
export function joinAnswers(questions: ParsedRecord[], annotations: ParsedRecord[]): ParsedRecord[] {
  const answers = new Map(annotations.flatMap(({ annotation }) => (annotation ? [[annotation.questionId, annotation] as const] : [])))
  const join = (example: ParsedExample): ParsedExample => {
    const found = answers.get(example.externalId)
    if (!found) return example
    const { label, answerType, questionType: groupKey } = found
    return { ...example, label, answerType, groupKey, answers: found.answers }
  }
  return questions.map((record) => ({ ...record, examples: record.examples.map(join) }))
}
