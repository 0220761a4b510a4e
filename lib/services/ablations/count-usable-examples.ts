import type { Db, Tx } from '#lib/db'
import type { ExampleKind, Split } from '#lib/generated/prisma/enums'

export interface SplitCounts {
  train: number
  val: number
  test: number
}

/** What a stage would have of a version. `restval` counts as train. */
export interface UsableExamples {
  /** Those whose images an import has read: a stage leaves out the others. */
  usable: SplitCounts
  unusable: SplitCounts
}

/** Versions never change, so that an answer stays right; previews ask for the same ones again and again. */
const known = new Map<string, UsableExamples>()
const mostKnown = 500

export async function countUsableExamples(db: Db | Tx, versionId: string, kind: ExampleKind): Promise<UsableExamples> {
  const key = `${versionId} ${kind}`
  const answer = known.get(key)
  if (answer) return answer
  const all = await db.example.groupBy({ by: ['split'], where: { versionId, kind }, _count: true })
  const without = await db.$queryRaw<{ split: Split; count: number }[]>`
    select split::text, count(distinct id)::int as count from (
      select e.id, e.split from "DatasetImage" i join "ExampleImage" x on x."imageId" = i.id join "Example" e on e.id = x."exampleId"
      where i."versionId" = ${versionId}::uuid and i.digest is null and e.kind = ${kind}::"ExampleKind"
    ) as "unusable" group by split`
  const unusable = bySplit(without)
  const total = bySplit(all.map(({ split, _count: count }) => ({ split, count })))
  const usable = { train: total.train - unusable.train, val: total.val - unusable.val, test: total.test - unusable.test }
  if (known.size >= mostKnown) known.clear()
  known.set(key, { usable, unusable })
  return { usable, unusable }
}

function bySplit(counts: readonly { split: Split; count: number }[]): SplitCounts {
  const of = (...splits: Split[]) => counts.reduce((sum, { split, count }) => sum + (splits.includes(split) ? count : 0), 0)
  return { train: of('train', 'restval'), val: of('val'), test: of('test') }
}
