import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { silenceMs } from '../stages/recover-stages.ts'

/** So many attempts that ended without a result end an import for good. */
const attemptLimit = 8

/** An import that waits, or whose worker went silent: marked, so that no other worker takes it. Null when there is none. */
export async function claimNextImport(ctx: Context): Promise<{ importId: string } | null> {
  permitSystem(ctx)
  await giveUp(ctx)
  const [next] = await ctx.db.$queryRaw<{ id: string }[]>`
    update "Import" set "heartbeatAt" = now() at time zone 'utc' where "id" = (
      select "id" from "Import"
      where "status" in ('queued', 'running')
        and ("heartbeatAt" is null or "heartbeatAt" < now() at time zone 'utc' - make_interval(secs => ${silenceMs / 1000}))
      order by "createdAt", "id" limit 1 for update skip locked)
    returning "id"`
  return next ? { importId: next.id } : null
}

/** What ends every attempt at it, ends the next one too. */
async function giveUp(ctx: Context): Promise<void> {
  const error = `${attemptLimit} attempts ended without a result; the worker's log says why.`
  await ctx.db.$executeRaw`
    update "Import" set "status" = 'failed', "phase" = '', "error" = ${error}, "finishedAt" = now() at time zone 'utc'
    where "status" = 'running' and "fence" >= ${attemptLimit}
      and "heartbeatAt" < now() at time zone 'utc' - make_interval(secs => ${silenceMs / 1000})`
}
