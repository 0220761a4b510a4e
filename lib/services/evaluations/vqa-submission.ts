import { z } from 'zod'
import { invalid, notFound } from '#lib/errors'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'

export const VqaSubmissionInput = z.strictObject({ runId: z.uuid() })
export type VqaSubmissionInput = z.infer<typeof VqaSubmissionInput>

/** One line of the official result file (visualqa.org, challenge guidelines). */
export interface VqaAnswer {
  question_id: number
  answer: string
}

/**
 * A run's answers to every question of the test split, in the official format of the VQA evaluation server. Of `val` a run may have answered
 * a part only.
 * @throws LabError not-found while the run has no VQA evaluation; invalid when the dataset's question ids are no numbers
 */
export async function getVqaSubmission(ctx: Context, input: VqaSubmissionInput): Promise<VqaAnswer[]> {
  permit(ctx, 'viewer')
  const { runId } = parseInput(VqaSubmissionInput, input)
  const evaluation = await ctx.db.evaluation.findFirst({
    where: { split: 'test', stage: { kind: 'vqa', runs: { some: { runId } } } },
    select: { id: true },
  })
  if (!evaluation) throw notFound('A VQA evaluation of this run')
  const rows = await ctx.db.prediction.findMany({
    where: { evaluationId: evaluation.id },
    select: { answer: true, example: { select: { externalId: true, position: true } } },
    orderBy: { example: { position: 'asc' } },
  })
  return rows.map(({ answer, example }) => {
    const id = Number(example?.externalId)
    if (!Number.isSafeInteger(id)) {
      throw invalid(`The question ${example?.externalId ?? ''} has no number for an id: the official format knows only numbers.`, {})
    }
    return { question_id: id, answer: answer ?? '' }
  })
}
