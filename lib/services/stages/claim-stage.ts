import { announce } from '#lib/events'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { topicsOfStage } from './fence.ts'
import type { AttemptRef } from './fence.ts'

/**
 * Takes the stage that comes next for a worker: raises its fence and records the attempt. Null when none waits.
 * Tasks of a finished pre-training come first (they lead to scores), then the order of creation. Workers never wait for each other here.
 */
export async function claimNextStage(ctx: Context, workerId: string): Promise<AttemptRef | null> {
  permitSystem(ctx)
  return ctx.db.$transaction(async (tx) => {
    const [next] = await tx.$queryRaw<{ id: string }[]>`
      select s."id" from "Stage" s left join "Stage" u on u."id" = s."upstreamId"
      where s."status" = 'queued' and s."cancelRequestedAt" is null and (s."upstreamId" is null or u."status" = 'succeeded')
      order by s."priority" desc, s."createdAt", s."id"
      limit 1 for update of s skip locked`
    if (!next) return null
    const stage = await tx.stage.update({
      where: { id: next.id },
      data: { status: 'running', fence: { increment: 1 } },
      select: { id: true, fence: true, startedAt: true },
    })
    const now = ctx.now()
    if (!stage.startedAt) await tx.stage.update({ where: { id: stage.id }, data: { startedAt: now } })
    await tx.attempt.create({ data: { stageId: stage.id, number: stage.fence, workerId, startedAt: now } })
    await announce(tx, await topicsOfStage(tx, stage.id))
    return { stageId: stage.id, number: stage.fence }
  })
}
