import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'

/**
 * After a version was written: words that wait to enter the full-text index enter it, so that the first search need not read them one by
 * one, and the planner learns how many rows there are now, without which a query over them may take a thousand times as long.
 */
export async function settleVersions(ctx: Context): Promise<void> {
  permitSystem(ctx)
  await ctx.db.$queryRaw`select gin_clean_pending_list('"Example_words_idx"'::regclass)::int as pages`
  await ctx.db.$executeRaw`
    analyze "Example" (id, "versionId", kind, split, position, "externalId", label), "ExampleImage", "DatasetImage" (id, "versionId", key, position),
      "ImageObject" (id, "imageId", category)`
}
