import { z } from 'zod'
import type { Tx } from '#lib/db'
import { conflict, notFound } from '#lib/errors'
import { announce } from '#lib/events'
import { enqueue } from '#lib/queue'
import { audit, permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { topicsOfStage } from './fence.ts'
import { requeueStages } from './requeue-stages.ts'

export const RetryStageInput = z.strictObject({ stageId: z.uuid() })
export type RetryStageInput = z.infer<typeof RetryStageInput>

/** Queues a failed stage again, from its beginning, with the failed pre-training before it and the stages that failed behind it. */
export async function retryStage(ctx: Context, input: RetryStageInput): Promise<void> {
  permit(ctx, 'editor')
  const { stageId } = parseInput(RetryStageInput, input)
  await ctx.db.$transaction(async (tx) => {
    const stage = await tx.stage.findUnique({ where: { id: stageId }, include: { upstream: { select: { id: true, status: true } } } })
    if (!stage) throw notFound('The stage')
    if (stage.status !== 'failed') throw conflict('Only a failed stage can be tried again.')
    const root = stage.upstream && stage.upstream.status !== 'succeeded' ? stage.upstream.id : stageId
    const needed = { runs: { some: { run: { canceledAt: null } } } }
    const behind = await tx.stage.findMany({ where: { upstreamId: root, status: 'failed', ...needed }, select: { id: true } })
    const ids = await requeueStages(tx, [...new Set([root, stageId, ...behind.map(({ id }) => id)])])
    await enqueueReady(tx, ids)
    await audit(tx, ctx, { action: 'stage.retry', subjectType: 'stage', subjectId: stageId })
    await announce(tx, (await Promise.all(ids.map((id) => topicsOfStage(tx, id)))).flat())
  })
}

/** Wakes a worker for each of these stages that it can start. */
export async function enqueueReady(tx: Tx, stageIds: string[]): Promise<void> {
  const ready = await tx.stage.findMany({
    where: { id: { in: stageIds }, status: 'queued', OR: [{ upstreamId: null }, { upstream: { status: 'succeeded' } }] },
    select: { id: true, priority: true },
  })
  for (const { id, priority } of ready) await enqueue(tx, 'run-stage', { stageId: id }, { priority })
}
