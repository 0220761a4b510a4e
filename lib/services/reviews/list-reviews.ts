import { z } from 'zod'
import type { Db } from '#lib/db'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { commentSelect, toCommentView } from './comment-view.ts'
import type { CommentView } from './comment-view.ts'
import { toVerdictView, verdictSelect } from './get-review.ts'
import type { VerdictView } from './get-review.ts'
import { nameSubjects } from './name-subjects.ts'
import type { NamedSubject } from './name-subjects.ts'

export const ListReviewsInput = z.strictObject({ limit: z.int().min(1).max(200).default(20) })
export type ListReviewsInput = z.input<typeof ListReviewsInput>

export interface WaitingAblation {
  id: string
  name: string
  finishedAt: Date | null
  runCount: number
  commentCount: number
}
export interface ReviewsView {
  /** Finished ablations without a verdict, the longest waiting first. */
  waiting: WaitingAblation[]
  waitingTotal: number
  /** The newest first. `isCurrent`: no later verdict on the same subject. */
  verdicts: (VerdictView & { subject: NamedSubject | null; isCurrent: boolean })[]
  verdictTotal: number
  comments: (CommentView & { subject: NamedSubject | null })[]
  commentTotal: number
}

/** What waits for a verdict, and what was said last. */
export async function listReviews(ctx: Context, input: ListReviewsInput): Promise<ReviewsView> {
  permit(ctx, 'viewer')
  const { limit } = parseInput(ListReviewsInput, input)
  const order = [{ createdAt: 'desc' as const }, { id: 'desc' as const }]
  const subjectFields = { subjectType: true, subjectId: true } as const
  const shown = { deletedAt: null }
  const [waiting, verdicts, verdictTotal, comments, commentTotal] = await Promise.all([
    listWaiting(ctx.db, limit),
    ctx.db.verdict.findMany({ orderBy: order, take: limit, select: { ...verdictSelect, ...subjectFields } }),
    ctx.db.verdict.count(),
    ctx.db.comment.findMany({ where: shown, orderBy: order, take: limit, select: { ...commentSelect, ...subjectFields } }),
    ctx.db.comment.count({ where: shown }),
  ])
  const names = await nameSubjects(ctx.db, [...verdicts, ...comments])
  const nameOf = ({ subjectType, subjectId }: { subjectType: string; subjectId: string }) =>
    names.get(`${subjectType}:${subjectId}`) ?? null
  const seen = new Set<string>()
  return {
    ...waiting,
    verdicts: verdicts.map(({ subjectType, subjectId, ...verdict }) => {
      const key = `${subjectType}:${subjectId}`
      const isCurrent = !seen.has(key)
      seen.add(key)
      return { ...toVerdictView(verdict), subject: nameOf({ subjectType, subjectId }), isCurrent }
    }),
    verdictTotal,
    comments: comments.map((comment) => ({ ...toCommentView(ctx, comment), subject: nameOf(comment) })),
    commentTotal,
  }
}

/** Finished: every stage has ended and at least one of them well. */
async function listWaiting(db: Db, limit: number): Promise<Pick<ReviewsView, 'waiting' | 'waitingTotal'>> {
  const rows = await db.$queryRaw<(WaitingAblation & { total: number })[]>`
    select ablation.id, ablation.name, max(stage."finishedAt") as "finishedAt", count(distinct run.id)::int as "runCount",
      (select count(*)::int from "Comment" c
        where c."subjectType" = 'ablation' and c."subjectId" = ablation.id::text and c."deletedAt" is null) as "commentCount",
      (count(*) over ())::int as total
    from "Ablation" ablation
    join "Run" run on run."ablationId" = ablation.id
    join "RunStage" link on link."runId" = run.id
    join "Stage" stage on stage.id = link."stageId"
    where ablation."canceledAt" is null
      and not exists (select 1 from "Verdict" v where v."subjectType" = 'ablation' and v."subjectId" = ablation.id::text)
    group by ablation.id
    having bool_and(stage.status in ('succeeded', 'failed', 'canceled')) and bool_or(stage.status = 'succeeded')
    order by max(stage."finishedAt"), ablation.id
    limit ${limit}`
  return { waiting: rows.map(({ total: _, ...row }) => row), waitingTotal: rows[0]?.total ?? 0 }
}
