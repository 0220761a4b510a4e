import { z } from 'zod'
import { announce } from '#lib/events'
import { audit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { commentLengthMaximum } from './comment-view.ts'
import { permitReviewer } from './reviewer.ts'
import { ReviewSubject, resolveSubject, reviewTopic } from './subject.ts'

export const CommentText = z
  .string()
  .trim()
  .min(1, 'Write something first.')
  .max(commentLengthMaximum, `A comment has at most ${commentLengthMaximum} characters.`)
export const AddCommentInput = ReviewSubject.extend({ text: CommentText })
export type AddCommentInput = z.infer<typeof AddCommentInput>

export async function addComment(ctx: Context, input: AddCommentInput): Promise<{ id: string }> {
  const authorId = permitReviewer(ctx)
  const { text, ...named } = parseInput(AddCommentInput, input)
  return ctx.db.$transaction(async (tx) => {
    const subject = await resolveSubject(tx, named)
    const comment = await tx.comment.create({ data: { ...subject, text, authorId, createdAt: ctx.now() }, select: { id: true } })
    await audit(tx, ctx, { action: 'comment.add', ...subject, detail: { commentId: comment.id } })
    await announce(tx, [reviewTopic(subject), 'reviews'])
    return comment
  })
}
