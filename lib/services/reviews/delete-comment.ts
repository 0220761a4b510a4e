import { z } from 'zod'
import { forbidden, notFound } from '#lib/errors'
import { announce } from '#lib/events'
import { audit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { isAdministrator } from './comment-view.ts'
import { permitReviewer } from './reviewer.ts'
import { reviewTopic } from './subject.ts'

export const DeleteCommentInput = z.strictObject({ id: z.uuid() })
export type DeleteCommentInput = z.infer<typeof DeleteCommentInput>

/** Its author or an administrator removes a comment. Its place stays, so that answers to it keep their meaning. */
export async function deleteComment(ctx: Context, input: DeleteCommentInput): Promise<{ id: string }> {
  const authorId = permitReviewer(ctx)
  const { id } = parseInput(DeleteCommentInput, input)
  return ctx.db.$transaction(async (tx) => {
    const comment = await tx.comment.findUnique({ where: { id } })
    if (!comment || comment.deletedAt) throw notFound('The comment')
    if (comment.authorId !== authorId && !isAdministrator(ctx)) throw forbidden('Only its author or an administrator may delete a comment.')
    await tx.comment.update({ where: { id }, data: { deletedAt: ctx.now() } })
    const { subjectType, subjectId } = comment
    await audit(tx, ctx, { action: 'comment.delete', subjectType, subjectId, detail: { commentId: id } })
    await announce(tx, [reviewTopic(comment), 'reviews'])
    return { id }
  })
}
