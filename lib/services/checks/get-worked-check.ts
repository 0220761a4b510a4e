import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'

/** What a worker needs of a check; versions to compare with that are gone since are left out. */
export async function getWorkedCheck(ctx: Context, id: string): Promise<{ versionId: string; against: string[] }> {
  permitSystem(ctx)
  const { versionId, against } = await ctx.db.datasetCheck.findUniqueOrThrow({ where: { id }, select: { versionId: true, against: true } })
  const found = await ctx.db.datasetVersion.findMany({ where: { id: { in: against } }, select: { id: true } })
  const known = new Set(found.map((version) => version.id))
  return { versionId, against: against.filter((other) => known.has(other)) }
}
