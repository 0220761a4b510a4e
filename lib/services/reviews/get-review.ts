import type { z } from 'zod'
import type { Prisma } from '#lib/generated/prisma/client'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { listComments } from './list-comments.ts'
import type { CommentView } from './comment-view.ts'
import { ReviewSubject, resolveSubject, reviewTopic } from './subject.ts'
import type { VerdictValue } from './subject.ts'

export const GetReviewInput = ReviewSubject
export type GetReviewInput = z.infer<typeof GetReviewInput>

export interface VerdictView {
  id: string
  value: VerdictValue
  reason: string
  author: string
  createdAt: Date
}
export interface ReviewView {
  /** Announced when something is said about the subject. */
  topic: string
  /** The newest first: the first one counts. */
  verdicts: VerdictView[]
  /** The oldest first, as a conversation is read; the latest ones of very many. */
  comments: CommentView[]
  commentTotal: number
  /** Whether the reader may comment and give a verdict. */
  canWrite: boolean
}

const verdictsAtMost = 50

export async function getReview(ctx: Context, input: GetReviewInput): Promise<ReviewView> {
  permit(ctx, 'viewer')
  const named = parseInput(GetReviewInput, input)
  const subject = await resolveSubject(ctx.db, named)
  const [verdicts, { comments, total }] = await Promise.all([
    ctx.db.verdict.findMany({
      where: subject,
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: verdictsAtMost,
      select: verdictSelect,
    }),
    listComments(ctx, { ...named, limit: 200 }),
  ])
  return {
    topic: reviewTopic(subject),
    verdicts: verdicts.map(toVerdictView),
    comments: comments.toReversed(),
    commentTotal: total,
    canWrite: ctx.actor.kind === 'user' && ctx.actor.role !== 'viewer',
  }
}

export const verdictSelect = {
  id: true,
  value: true,
  reason: true,
  createdAt: true,
  author: { select: { name: true } },
} satisfies Prisma.VerdictSelect

export function toVerdictView({ author, ...verdict }: Prisma.VerdictGetPayload<{ select: typeof verdictSelect }>): VerdictView {
  return { ...verdict, author: author.name }
}
