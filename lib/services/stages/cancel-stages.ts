import type { Tx } from '#lib/db'
import type { Context } from '../context.ts'
import { topicsOfStage } from './fence.ts'
import { dropCheckpoints } from './release-artifacts.ts'
import { lockStages } from './requeue-stages.ts'

/**
 * Cancels the stages that no live run needs any more: queued ones at once, running ones by asking their worker.
 * @returns topics to announce, and digests whose files are to be removed after the commit
 */
export async function cancelStages(ctx: Context, tx: Tx, stageIds: string[]): Promise<{ topics: string[]; unused: string[] }> {
  const now = ctx.now()
  await lockStages(tx, stageIds)
  const unneeded = { id: { in: stageIds }, runs: { none: { run: { canceledAt: null } } } }
  const queued = await tx.stage.updateManyAndReturn({
    where: { ...unneeded, status: 'queued' },
    data: { status: 'canceled', finishedAt: now },
    select: { id: true },
  })
  const running = await tx.stage.updateManyAndReturn({
    where: { ...unneeded, status: 'running', cancelRequestedAt: null },
    data: { cancelRequestedAt: now },
    select: { id: true },
  })
  const topics = await Promise.all([...queued, ...running].map(({ id }) => topicsOfStage(tx, id)))
  const unused = await dropCheckpoints(
    tx,
    queued.map(({ id }) => id),
  )
  return { topics: topics.flat(), unused }
}
