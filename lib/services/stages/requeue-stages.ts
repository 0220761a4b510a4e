import type { Tx } from '#lib/db'
import { Prisma } from '#lib/generated/prisma/client'

/**
 * Queues failed and canceled stages again, from their beginning, and takes back a cancellation that has not happened yet.
 * Their log and their attempts stay; their points go, for they would mix with the new ones.
 * @returns the ids that are queued again
 */
export async function requeueStages(tx: Tx, stageIds: string[]): Promise<string[]> {
  await lockStages(tx, stageIds)
  await tx.stage.updateMany({
    where: { id: { in: stageIds }, status: 'running', cancelRequestedAt: { not: null } },
    data: { cancelRequestedAt: null },
  })
  const again = await tx.stage.updateManyAndReturn({
    where: { id: { in: stageIds }, status: { in: ['failed', 'canceled'] } },
    data: {
      ...{ status: 'queued', crashCount: 0, cancelRequestedAt: null, failure: Prisma.DbNull, startedAt: null, finishedAt: null },
      ...{ step: 0, stepsTotal: null, epoch: 0, itemsPerSecond: null },
    },
    select: { id: true },
  })
  const ids = again.map(({ id }) => id)
  await tx.metricPoint.deleteMany({ where: { stageId: { in: ids } } })
  await tx.checkpoint.deleteMany({ where: { stageId: { in: ids } } })
  return ids
}

/** Holds the rows until the caller's transaction ends. Always in one order, so that two callers never wait for each other crosswise. */
export async function lockStages(tx: Tx, stageIds: string[]): Promise<void> {
  await tx.$queryRaw`select "id" from "Stage" where "id" = any(${stageIds}::uuid[]) order by "id" for update`
}
