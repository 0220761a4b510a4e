import { permitSystem } from '../../context.ts'
import type { Context } from '../../context.ts'

/** The newest version that has not been counted, but for these; null when there is none. */
export async function findUncountedVersion(ctx: Context, except: readonly string[]): Promise<string | null> {
  permitSystem(ctx)
  const [next] = await ctx.db.$queryRaw<{ id: string }[]>`
    select id from "DatasetVersion" version
    where not (id = any(${except}::uuid[]))
      and (statistics is null or not exists (select 1 from "SplitImages" counted where counted."versionId" = version.id))
    order by "createdAt" desc, id limit 1`
  return next?.id ?? null
}
