import type { ExampleKind } from '#lib/generated/prisma/enums'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'

/** The labels that most training examples of a kind have, the most frequent first. */
export async function listFrequentLabels(
  ctx: Context,
  { versionId, kind, limit }: { versionId: string; kind: ExampleKind; limit: number },
): Promise<string[]> {
  permitSystem(ctx)
  const rows = await ctx.db.$queryRaw<{ label: string }[]>`
    select label from "Example"
    where "versionId" = ${versionId}::uuid and kind = ${kind}::"ExampleKind" and split in ('train', 'restval') and label is not null
    group by label order by count(*) desc, label collate "C" limit ${limit}`
  return rows.map(({ label }) => label)
}
