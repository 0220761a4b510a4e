import type { Db, Tx } from '#lib/db'
import { announce } from '#lib/events'
import type { Context } from '../../context.ts'
import { countSplitImages } from '../split-images.ts'
import { computeStatistics } from './compute-statistics.ts'
import type { StoredStatistics } from './stored-statistics.ts'

/**
 * Counts what pages show of a version and cannot count while someone waits: the images of each split, and its statistics. One process does
 * it at a time; null where another one is at it, or where it did not work out, which the log says.
 */
export async function summariseVersion(ctx: Context, versionId: string, signal?: AbortSignal): Promise<StoredStatistics | null> {
  try {
    // Views wait for the images of a split: they are there before the statistics, which take longer.
    await inTransaction(ctx.db, signal, (tx) => countSplitImages(tx, versionId))
    return await inTransaction(ctx.db, signal, async (tx) => ((await lock(tx, versionId)) ? countAndStore(tx, versionId) : null))
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

/** A statement under way does not hold up a worker that stops: it is canceled. */
async function inTransaction<T>(db: Db, signal: AbortSignal | undefined, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.$transaction(
    async (tx) => {
      signal?.throwIfAborted()
      const [own] = await tx.$queryRaw<{ pid: number }[]>`select pg_backend_pid() as pid`
      const cancel = () => void db.$queryRaw`select pg_cancel_backend(${own?.pid ?? 0}::int)`.catch(() => undefined)
      signal?.addEventListener('abort', cancel)
      try {
        return await work(tx)
      } finally {
        signal?.removeEventListener('abort', cancel)
      }
    },
    { maxWait: 10_000, timeout: 3600_000 },
  )
}
