import type { ExampleKind, Split } from '#lib/generated/prisma/enums'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import type { LabelBalance } from './check-summary.ts'

const shownLabels = 20
const batchSize = 5000

/** How often each label stands in each split, the most frequent ones; labels only, whatever they are of. */
export async function readLabelBalance(ctx: Context, versionId: string): Promise<LabelBalance[]> {
  permitSystem(ctx)
  const rows = await ctx.db.$queryRaw<{ kind: ExampleKind; split: Split; label: string; count: number; total: number; distinct: number }[]>`
    select * from (
      select kind, split, label, count(*)::int as count, (sum(count(*)) over same)::int as total, (count(*) over same)::int as distinct,
        row_number() over (partition by kind, split order by count(*) desc, label collate "C") as rank
      from "Example" where "versionId" = ${versionId}::uuid and label is not null group by kind, split, label
      window same as (partition by kind, split)) as counted
    where rank <= ${shownLabels} order by kind, split, rank`
  const balances = new Map<string, LabelBalance>()
  for (const { kind, split, label, count, total, distinct } of rows) {
    const balance = balances.get(`${kind} ${split}`) ?? { kind, split, total, distinct, top: [] }
    balance.top.push({ label, count })
    balances.set(`${kind} ${split}`, balance)
  }
  return [...balances.values()]
}

/** Texts with their labels, of some splits, in batches. */
export async function* readLabelledTexts(
  ctx: Context,
  { versionId, kind, splits }: { versionId: string; kind: ExampleKind; splits: Split[] },
): AsyncGenerator<{ split: Split; text: string; label: string }[]> {
  permitSystem(ctx)
  for (const split of splits) {
    let last: { position: number; id: string } | undefined = { position: -1, id: '00000000-0000-0000-0000-000000000000' }
    while (last) {
      const rows: { id: string; position: number; split: Split; text: string; label: string }[] = await ctx.db.$queryRaw`
        select id, position, split, text, label from "Example"
        where "versionId" = ${versionId}::uuid and split = ${split}::"Split" and position >= ${last.position}
          and (position, id) > (${last.position}, ${last.id}::uuid) and kind = ${kind}::"ExampleKind" and label is not null
        order by position, id limit ${batchSize}`
      if (rows.length > 0) yield rows
      last = rows.at(-1)
    }
  }
}
