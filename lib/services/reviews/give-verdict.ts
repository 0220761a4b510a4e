import { z } from 'zod'
import { announce } from '#lib/events'
import { audit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { commentLengthMaximum } from './comment-view.ts'
import { permitReviewer } from './reviewer.ts'
import { ReviewSubject, resolveSubject, reviewTopic, verdictValues } from './subject.ts'

export const GiveVerdictInput = ReviewSubject.extend({
  value: z.enum(verdictValues, 'Choose a verdict.'),
  reason: z.string().trim().max(commentLengthMaximum, `A reason has at most ${commentLengthMaximum} characters.`).default(''),
}).refine(({ value, reason }) => value === 'accepted' || reason !== '', {
  path: ['reason'],
  message: 'Say why: a reason belongs to a verdict that asks for more.',
})
export type GiveVerdictInput = z.input<typeof GiveVerdictInput>

/** Appends a verdict; earlier ones stay, the newest counts. */
export async function giveVerdict(ctx: Context, input: GiveVerdictInput): Promise<{ id: string }> {
  const authorId = permitReviewer(ctx)
  const { value, reason, ...named } = parseInput(GiveVerdictInput, input)
  return ctx.db.$transaction(async (tx) => {
    const subject = await resolveSubject(tx, named)
    const verdict = await tx.verdict.create({ data: { ...subject, value, reason, authorId, createdAt: ctx.now() }, select: { id: true } })
    await audit(tx, ctx, { action: 'verdict.give', ...subject, detail: { verdictId: verdict.id, value } })
    await announce(tx, [reviewTopic(subject), 'reviews'])
    return verdict
  })
}
