import { z } from 'zod'
import { forbidden, notFound } from '#lib/errors'
import { announce } from '#lib/events'
import { audit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { CommentText } from './add-comment.ts'
import { permitReviewer } from './reviewer.ts'
import { reviewTopic } from './subject.ts'

export const EditCommentInput = z.strictObject({ id: z.uuid(), text: CommentText })
export type EditCommentInput = z.infer<typeof EditCommentInput>

/** Only its author rewrites a comment; readers see that it was edited. */
export async function editComment(ctx: Context, input: EditCommentInput): Promise<{ id: string }> {
  const authorId = permitReviewer(ctx)
  const { id, text } = parseInput(EditCommentInput, input)
  return ctx.db.$transaction(async (tx) => {
    const comment = await tx.comment.findUnique({ where: { id } })
    if (!comment || comment.deletedAt) throw notFound('The comment')
    if (comment.authorId !== authorId) throw forbidden('Only its author may change a comment.')
    const { count } = await tx.comment.updateMany({ where: { id, deletedAt: null }, data: { text, editedAt: ctx.now() } })
    if (count === 0) throw notFound('The comment')
    const { subjectType, subjectId } = comment
    await audit(tx, ctx, { action: 'comment.edit', subjectType, subjectId, detail: { commentId: id } })
    await announce(tx, [reviewTopic(comment), 'reviews'])
    return { id }
  })
}
