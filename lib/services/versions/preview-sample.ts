import { Prisma } from '#lib/generated/prisma/client'
import type { Tx } from '#lib/db'
import type { Split } from '../imports/format-catalog.ts'
import { countSplitImages } from '../datasets/split-images.ts'
import type { SubsetRule } from './recipe.ts'

export interface SampleCounts {
  /** Null: all of them. */
  split: Split | null
  examples: number
  images: number
}

/** Nothing is asked of the examples: which images are drawn can be told from the images alone. */
export const isPlainSample = ({ label, category, search, minimumSidePx }: SubsetRule): boolean =>
  !label && !category && !search && minimumSidePx === 0

/**
 * What `sampling` would choose where every example has one image, counted from the images of the splits: texts are looked up for the images
 * of a sample only, and counted in the index for a split that is taken whole.
 */
export async function previewSample(tx: Tx, parentId: string, { splits, samples, seed }: SubsetRule): Promise<SampleCounts[]> {
  await countSplitImages(tx, parentId)
  await tx.$executeRaw`set local work_mem = '128MB'`
  const shareOf = (split: Split) => samples[split] ?? 1
  const shares = JSON.stringify(Object.fromEntries(splits.map((split) => [split, String(shareOf(split))])))
  const whole = splits.filter((split) => shareOf(split) === 1)
  const drawn = splits.filter((split) => shareOf(split) < 1)
  const rows = await tx.$queryRaw<SampleCounts[]>`
    with of_split as (
      select s.split, p.position from "SplitImages" s cross join lateral unnest(s.positions) as p (position)
      where s."versionId" = ${parentId}::uuid and s.split = any(${splits}::"Split"[])
    ), ranked as (
      select o.split, o.position, i.id, count(*) over (partition by o.split) as n,
        row_number() over (partition by o.split order by md5(${String(seed)} || ' ' || i.key) collate "C", i.key collate "C") as rank
      from of_split o join "DatasetImage" i on i."versionId" = ${parentId}::uuid and i.position = o.position
      where o.split = any(${drawn}::"Split"[])
    ), sample as materialized (
      select split, position, id from ranked where rank <= ceil((${shares}::jsonb->>(split::text))::numeric * n)
    ), chosen as (
      select split, position from sample union all select split, position from of_split where split = any(${whole}::"Split"[])
    ), texts as materialized (
      select e.split, count(*) as n from sample s join "ExampleImage" x on x."imageId" = s.id
      join "Example" e on e.id = x."exampleId" and e.split = s.split group by e.split
      union all
      select e.split, count(*) from "Example" e where e."versionId" = ${parentId}::uuid and e.split = any(${whole}::"Split"[]) group by e.split
    )
    select c.split, ${examplesOf} as examples, count(distinct c.position)::int as images
    from chosen c group by grouping sets ((c.split), ()) order by c.split`
  return rows
}

const examplesOf = Prisma.sql`(select coalesce(sum(t.n), 0)::int from texts t where c.split is null or t.split = c.split)`
