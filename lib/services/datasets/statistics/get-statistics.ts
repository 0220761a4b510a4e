import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { Db } from '#lib/db'
import { notFound } from '#lib/errors'
import { announce } from '#lib/events'
import { permit } from '../../context.ts'
import type { Context } from '../../context.ts'
import { parseInput } from '../../parse-input.ts'
import { computeStatistics } from './compute-statistics.ts'
import { StoredStatistics } from './stored-statistics.ts'

export const GetStatisticsInput = z.strictObject({ versionId: z.uuid() })

/** How long a page waits for statistics that are not stored yet; those of small versions take no longer. */
const patienceMs = 2500

declare global {
  var sohoStatistics: Map<string, Promise<StoredStatistics | null>> | undefined
}

/**
 * What was counted in a version. The first one to ask starts the counting, and waits a moment for it; null: it is still going on, and the
 * dataset's topic is announced when it has ended.
 */
export async function getStatistics(ctx: Context, input: z.input<typeof GetStatisticsInput>): Promise<StoredStatistics | null> {
  permit(ctx, 'viewer')
  const { versionId } = parseInput(GetStatisticsInput, input)
  const version = await ctx.db.datasetVersion.findUnique({ where: { id: versionId }, select: { statistics: true } })
  if (!version) throw notFound('The version')
  const known = StoredStatistics.safeParse(version.statistics)
  if (known.success) return known.data
  const running = (globalThis.sohoStatistics ??= new Map())
  let counting = running.get(versionId)
  if (!counting) {
    counting = count(ctx, versionId).finally(() => running.delete(versionId))
    running.set(versionId, counting)
  }
  const patience = new AbortController()
  try {
    return await Promise.race([counting, wait(patienceMs, null, { signal: patience.signal })])
  } finally {
    patience.abort()
  }
}

/** Null where it did not work out, which the log says: whoever asks next starts it again. */
async function count(ctx: Context, versionId: string): Promise<StoredStatistics | null> {
  try {
    return await withLock(ctx.db, versionId, () => countAndStore(ctx, versionId))
  } catch (error) {
    ctx.log.error({ err: error, versionId }, 'statistics could not be counted')
    return null
  }
}

async function countAndStore(ctx: Context, versionId: string): Promise<StoredStatistics> {
  const counted = await computeStatistics(ctx.db, versionId)
  await ctx.db.$transaction(async (tx) => {
    const { datasetId } = await tx.datasetVersion.update({
      where: { id: versionId },
      data: { statistics: counted },
      select: { datasetId: true },
    })
    await announce(tx, [`dataset:${datasetId}`])
  })
  return counted
}

/** One process counts a version at a time; another one gets null. */
async function withLock<T>(db: Db, versionId: string, work: () => Promise<T>): Promise<T | null> {
  return db.$transaction(
    async (tx) => {
      const [lock] = await tx.$queryRaw<{ isMine: boolean }[]>`
        select pg_try_advisory_xact_lock(hashtextextended(${`statistics ${versionId}`}, 0)) as "isMine"`
      return lock?.isMine ? work() : null
    },
    { maxWait: 10_000, timeout: 3600_000 },
  )
}
