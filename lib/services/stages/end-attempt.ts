import type { Tx } from '#lib/db'
import { announce } from '#lib/events'
import { enqueue } from '#lib/queue'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { topicsOfStage } from './fence.ts'
import type { AttemptRef } from './fence.ts'

/** So many crashes end a stage for good: a fault that repeats would otherwise run for ever. */
const crashLimit = 4

export type AttemptEnd =
  /** A graceful stop: continue from the checkpoint. */
  | { kind: 'interrupted'; reason: string }
  /** The process died or stalled: try again from the last checkpoint, a limited number of times. */
  | { kind: 'crashed'; reason: string }
  | { kind: 'canceled'; reason: string }
  /** The training itself failed (not finite, no data): trying again would change nothing. */
  | { kind: 'failed'; reason: string; detail: Record<string, unknown> }

/** Ends an attempt that did not finish its stage. Does nothing if the attempt no longer holds it. */
export async function endAttempt(ctx: Context, attempt: AttemptRef, end: AttemptEnd): Promise<void> {
  permitSystem(ctx)
  await ctx.db.$transaction((tx) => settle(ctx, tx, attempt, end))
}

async function settle(ctx: Context, tx: Tx, { stageId, number }: AttemptRef, end: AttemptEnd): Promise<void> {
  const now = ctx.now()
  const held = { id: stageId, fence: number, status: 'running' as const }
  const stage = await tx.stage.findFirst({ where: held })
  if (!stage) return
  const crashes = stage.crashCount + (end.kind === 'crashed' ? 1 : 0)
  const isCanceled = end.kind === 'canceled' || stage.cancelRequestedAt !== null
  const isFailed = end.kind === 'failed' || crashes >= crashLimit
  const status = isCanceled ? 'canceled' : isFailed ? 'failed' : 'queued'
  const detail = end.kind === 'failed' ? end.detail : { crashes }
  const { count } = await tx.stage.updateMany({
    where: held,
    data: {
      status,
      crashCount: crashes,
      finishedAt: status === 'queued' ? null : now,
      ...(status === 'failed' ? { failure: { reason: end.reason, ...detail } as object } : {}),
    },
  })
  if (count === 0) return
  await tx.attempt.updateMany({
    where: { stageId, number },
    data: { status: isCanceled ? 'canceled' : 'failed', finishedAt: now, reason: `${end.kind}: ${end.reason}` },
  })
  if (status === 'queued') await enqueue(tx, 'run-stage', { stageId }, { priority: stage.priority })
  if (status === 'failed') await failDownstream(tx, stageId, now)
  await announce(tx, await topicsOfStage(tx, stageId))
}

/** Stages that waited for a failed one cannot run. */
async function failDownstream(tx: Tx, upstreamId: string, now: Date): Promise<void> {
  const failure = { reason: 'the pre-training that this stage continues has failed' }
  await tx.stage.updateMany({ where: { upstreamId, status: 'queued' }, data: { status: 'failed', finishedAt: now, failure } })
}
