import { z } from 'zod'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { commentSelect, toCommentView } from './comment-view.ts'
import type { CommentView } from './comment-view.ts'
import { ReviewSubject, resolveSubject } from './subject.ts'

export const ListCommentsInput = ReviewSubject.extend({
  limit: z.int().min(1).max(200).default(100),
  /** The last comment already shown. */
  cursor: z.uuid().optional(),
})
export type ListCommentsInput = z.input<typeof ListCommentsInput>

/** Comments on a subject, the newest first. */
export async function listComments(
  ctx: Context,
  input: ListCommentsInput,
): Promise<{ comments: CommentView[]; total: number; nextCursor: string | null }> {
  permit(ctx, 'viewer')
  const { limit, cursor, ...named } = parseInput(ListCommentsInput, input)
  const where = await resolveSubject(ctx.db, named)
  const [total, found] = await Promise.all([
    ctx.db.comment.count({ where }),
    ctx.db.comment.findMany({
      where,
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit + 1,
      ...(cursor ? { cursor: { id: cursor }, skip: 1 } : {}),
      select: commentSelect,
    }),
  ])
  const shown = found.slice(0, limit)
  return {
    comments: shown.map((comment) => toCommentView(ctx, comment)),
    total,
    nextCursor: found.length > limit ? (shown.at(-1)?.id ?? null) : null,
  }
}
