import type { Context } from '../context.ts'

const ATTEMPTS_A_MINUTE = 10

/** Counts an attempt under `key`; false when the minute's attempts are used up. Beside the sign-in library's own counts, in its table. */
export async function takeAttempt(ctx: Context, key: string): Promise<boolean> {
  const now = ctx.now().getTime()
  const [row] = await ctx.db.$queryRaw<{ count: number }[]>`
    insert into "RateLimit" (id, key, count, "lastRequest") values (${key}, ${key}, 1, ${now})
    on conflict (key) do update set
      count = case when "RateLimit"."lastRequest" < ${now - 60_000} then 1 else "RateLimit".count + 1 end,
      "lastRequest" = case when "RateLimit"."lastRequest" < ${now - 60_000} then ${now} else "RateLimit"."lastRequest" end
    returning count`
  return (row?.count ?? 1) <= ATTEMPTS_A_MINUTE
}
