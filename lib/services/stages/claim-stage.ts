import { announce } from '#lib/events'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { topicsOfStage } from './fence.ts'
import type { AttemptRef } from './fence.ts'

/** Takes a queued stage for a worker: raises the fence and records the attempt. Null when there is nothing to take (any more). */
export async function claimStage(ctx: Context, stageId: string, workerId: string): Promise<AttemptRef | null> {
  permitSystem(ctx)
  return ctx.db.$transaction(async (tx) => {
    const claimed = await tx.stage.updateManyAndReturn({
      where: { id: stageId, status: 'queued', cancelRequestedAt: null, OR: [{ upstreamId: null }, { upstream: { status: 'succeeded' } }] },
      data: { status: 'running', fence: { increment: 1 } },
      select: { fence: true, startedAt: true },
    })
    const [stage] = claimed
    if (!stage) return null
    if (!stage.startedAt) await tx.stage.update({ where: { id: stageId }, data: { startedAt: ctx.now() } })
    await tx.attempt.create({ data: { stageId, number: stage.fence, workerId, startedAt: ctx.now(), heartbeatAt: ctx.now() } })
    await announce(tx, await topicsOfStage(tx, stageId))
    return { stageId, number: stage.fence }
  })
}
