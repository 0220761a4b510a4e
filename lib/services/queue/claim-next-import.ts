import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { silenceMs } from '../stages/recover-stages.ts'

/** An import that waits, or whose worker went silent: marked, so that no other worker takes it. Null when there is none. */
export async function claimNextImport(ctx: Context): Promise<{ importId: string } | null> {
  permitSystem(ctx)
  const [next] = await ctx.db.$queryRaw<{ id: string }[]>`
    update "Import" set "heartbeatAt" = now() at time zone 'utc' where "id" = (
      select "id" from "Import"
      where "status" in ('queued', 'running')
        and ("heartbeatAt" is null or "heartbeatAt" < now() at time zone 'utc' - make_interval(secs => ${silenceMs / 1000}))
      order by "createdAt", "id" limit 1 for update skip locked)
    returning "id"`
  return next ? { importId: next.id } : null
}
