import type { Tx } from '#lib/db'
import { announce } from '#lib/events'
import type { Context } from '../../context.ts'
import { cancelableTransaction } from '../cancelable-transaction.ts'
import { countSplitImages } from '../split-images.ts'
import { computeStatistics } from './compute-statistics.ts'
import type { StoredStatistics } from './stored-statistics.ts'

const limitMs = 3600_000

/**
 * Counts what pages show of a version and cannot count while someone waits: the images of each split, and its statistics. One process does
 * it at a time; null where another one is at it, or where it did not work out, which the log says.
 */
export async function summariseVersion(ctx: Context, versionId: string, signal?: AbortSignal): Promise<StoredStatistics | null> {
  try {
    // Views wait for the images of a split: they are there before the statistics, which take longer.
    await cancelableTransaction(ctx.db, signal, limitMs, (tx) => countSplitImages(tx, versionId))
    return await cancelableTransaction(ctx.db, signal, limitMs, async (tx) =>
      (await lock(tx, versionId)) ? countAndStore(tx, versionId) : null,
    )
  } catch (error) {
    if (!signal?.aborted) ctx.log.error({ err: error, versionId }, 'statistics could not be counted')
    return null
  }
}

async function countAndStore(tx: Tx, versionId: string): Promise<StoredStatistics> {
  await tx.$executeRaw`set local work_mem = '256MB'`
  const counted = await computeStatistics(tx, versionId)
  const { datasetId } = await tx.datasetVersion.update({
    where: { id: versionId },
    data: { statistics: counted },
    select: { datasetId: true },
  })
  await announce(tx, [`dataset:${datasetId}`])
  return counted
}

async function lock(tx: Tx, versionId: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ isMine: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtextextended(${`statistics ${versionId}`}, 0)) as "isMine"`
  return row?.isMine === true
}
