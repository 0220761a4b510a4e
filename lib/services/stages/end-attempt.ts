import type { Tx } from '#lib/db'
import { announce } from '#lib/events'
import type { Status } from '#lib/generated/prisma/enums'
import { enqueue } from '#lib/queue'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { topicsOfStage } from './fence.ts'
import type { AttemptRef } from './fence.ts'
import { dropCheckpoints, removeArtifacts } from './release-artifacts.ts'

/** So many crashes without a new checkpoint between them end a stage for good: a fault that repeats would otherwise run for ever. */
export const crashLimit = 4

export type AttemptEnd =
  /** A graceful stop: continue from the checkpoint. */
  | { kind: 'interrupted'; reason: string }
  /** Its worker is gone, through no fault of the stage: continue from the checkpoint. */
  | { kind: 'lost'; reason: string }
  /** The trainer died or stalled: try again from the last checkpoint, a limited number of times. */
  | { kind: 'crashed'; reason: string }
  | { kind: 'canceled'; reason: string }
  /** The training itself failed (not finite, no data, a lost image): trying again would change nothing. */
  | { kind: 'failed'; reason: string; detail: Record<string, unknown> }

/** Ends an attempt that did not finish its stage. Does nothing if the attempt no longer holds it. */
export async function endAttempt(ctx: Context, attempt: AttemptRef, end: AttemptEnd): Promise<void> {
  permitSystem(ctx)
  const unused = await ctx.db.$transaction((tx) => settle(ctx, tx, attempt, end))
  await removeArtifacts(unused)
}

async function settle(ctx: Context, tx: Tx, { stageId, number }: AttemptRef, end: AttemptEnd): Promise<string[]> {
  const now = ctx.now()
  const held = { id: stageId, fence: number, status: 'running' as const }
  // Locks the row: a cancellation, or its withdrawal, comes before or after.
  const [stage] = await tx.stage.updateManyAndReturn({ where: held, data: { fence: number } })
  if (!stage) return []
  const crashes = stage.crashCount + (end.kind === 'crashed' ? 1 : 0)
  const status = nextStatus(end, crashes, stage.cancelRequestedAt !== null)
  const message = `${end.kind}: ${end.reason}`
  await tx.stage.updateMany({
    where: held,
    data: {
      status,
      crashCount: crashes,
      itemsPerSecond: null,
      finishedAt: status === 'queued' ? null : now,
      ...(status === 'failed' ? { failure: failureOf(end, crashes) as object } : {}),
    },
  })
  await tx.attempt.updateMany({ where: { stageId, number }, data: { status: attemptStatus[end.kind], finishedAt: now, reason: message } })
  await tx.logLine.create({ data: { stageId, attempt: number, at: now, level: 'warn', message: `attempt ${number} ended; ${message}` } })
  const topics = await topicsOfStage(tx, stageId)
  if (status === 'queued') await enqueue(tx, 'run-stage', { stageId }, { priority: stage.priority })
  if (status === 'failed') topics.push(...(await failDownstream(tx, stageId, now)))
  await announce(tx, topics)
  // Whoever needs a failed or canceled stage again starts it afresh.
  return status === 'queued' ? [] : dropCheckpoints(tx, [stageId])
}

const attemptStatus: Record<AttemptEnd['kind'], Status> = {
  interrupted: 'canceled',
  canceled: 'canceled',
  lost: 'failed',
  crashed: 'failed',
  failed: 'failed',
}

/** A cancellation that was withdrawn meanwhile (another run needs the stage) leaves it in the queue. */
function nextStatus(end: AttemptEnd, crashes: number, isCanceled: boolean): Status {
  if (isCanceled) return 'canceled'
  return end.kind === 'failed' || crashes >= crashLimit ? 'failed' : 'queued'
}

function failureOf(end: AttemptEnd, crashes: number): Record<string, unknown> {
  if (end.kind === 'failed') return { reason: end.reason, ...end.detail }
  return { reason: `${crashes} attempts in a row ended before a checkpoint; the last one: ${end.reason}`, crashes }
}

/** Stages that waited for a failed one cannot run. */
async function failDownstream(tx: Tx, upstreamId: string, now: Date): Promise<string[]> {
  const failure = { reason: 'the pre-training that this stage continues has failed' }
  const failed = await tx.stage.updateManyAndReturn({
    where: { upstreamId, status: 'queued' },
    data: { status: 'failed', finishedAt: now, failure },
    select: { id: true },
  })
  return (await Promise.all(failed.map(({ id }) => topicsOfStage(tx, id)))).flat()
}
