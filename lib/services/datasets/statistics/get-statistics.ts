import { z } from 'zod'
import { notFound } from '#lib/errors'
import { permit } from '../../context.ts'
import type { Context } from '../../context.ts'
import { parseInput } from '../../parse-input.ts'
import { within } from '../../patience.ts'
import { StoredStatistics } from './stored-statistics.ts'
import { summariseVersion } from './summarise-version.ts'

export const GetStatisticsInput = z.strictObject({ versionId: z.uuid() })

/** How long a page waits for statistics that are not stored yet; those of small versions take no longer. */
const patienceMs = 2500

declare global {
  var sohoStatistics: Map<string, Promise<StoredStatistics | null>> | undefined
}

/**
 * What was counted in a version: by a worker, soon after it was written. Who asks before starts the counting where no worker is at it, and
 * waits a moment for it; null: it is still going on, and the dataset's topic is announced when it has ended.
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
    counting = summariseVersion(ctx, versionId).finally(() => running.delete(versionId))
    running.set(versionId, counting)
  }
  return within(patienceMs, counting)
}
