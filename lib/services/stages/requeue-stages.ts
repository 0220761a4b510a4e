import type { Tx } from '#lib/db'
import type { Context } from '../context.ts'

/**
 * Queues failed and canceled stages again, from their beginning, and takes back a cancellation that has not happened yet.
 * Their log and their attempts stay; points and checkpoints go, for they would mix with the new ones.
 * @returns the ids that are queued again
 */
export async function requeueStages(ctx: Context, tx: Tx, stageIds: string[]): Promise<string[]> {
  // Locks the rows, in one order, until the caller's transaction ends.
  await tx.$queryRaw`select 1 from "Stage" where "id" = any(${stageIds}::uuid[]) order by "id" for update`
  await tx.stage.updateMany({
    where: { id: { in: stageIds }, status: 'running', cancelRequestedAt: { not: null } },
    data: { cancelRequestedAt: null },
  })
  const again = await tx.stage.updateManyAndReturn({
    where: { id: { in: stageIds }, status: { in: ['failed', 'canceled'] } },
    data: {
      status: 'queued',
      crashCount: 0,
      cancelRequestedAt: null,
      step: 0,
      stepsTotal: null,
      epoch: 0,
      itemsPerSecond: null,
      failure: null as never,
      startedAt: null,
      finishedAt: null,
    },
    select: { id: true },
  })
  const ids = again.map(({ id }) => id)
  await tx.metricPoint.deleteMany({ where: { stageId: { in: ids } } })
  await tx.checkpoint.deleteMany({ where: { stageId: { in: ids } } })
  return ids
}
