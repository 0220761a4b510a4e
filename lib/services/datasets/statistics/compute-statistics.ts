import type { Db, Tx } from '#lib/db'
import type { Split } from '#lib/generated/prisma/enums'
import { longestText, type StoredStatistics, type TopCounts } from './stored-statistics.ts'

/** Texts whose words are counted: of more, every second, third ... */
const textsAtMost = 1_000_000
const topLength = 40
/** Different image sizes that are kept exactly; of more, rounded ones. */
const sizesAtMost = 4000
const coarsePx = 16

/** Counts everything in the database, the images of each split having been counted before; five million texts take a minute or so. */
export async function computeStatistics(db: Db | Tx, versionId: string): Promise<StoredStatistics> {
  return {
    version: 1,
    splits: await countSplits(db, versionId),
    words: await countWords(db, versionId),
    answers: await countAnswers(db, versionId),
    answerTypes: await countAnswerTypes(db, versionId),
    categories: await countCategories(db, versionId),
    attributes: await countAttributes(db, versionId),
    sizes: await countSizes(db, versionId),
  }
}

interface NameRow {
  name: string
  count: number
  distinct: number
  total: number
}

function toTop(rows: NameRow[]): TopCounts {
  return { top: rows.map(({ name, count }) => [name, count]), distinct: rows[0]?.distinct ?? 0, total: rows[0]?.total ?? 0 }
}

async function countSplits(db: Db | Tx, versionId: string): Promise<StoredStatistics['splits']> {
  const lengths = await db.$queryRaw<{ split: Split; words: number; count: number }[]>`
    select split::text, least(cardinality(array_remove(string_to_array(text, ' '), '')), ${longestText}::int) as words, count(*)::int as count
    from "Example" where "versionId" = ${versionId}::uuid group by 1, 2 order by 2`
  const images = await db.$queryRaw<{ split: Split; count: number }[]>`
    select split::text, cardinality(positions) as count from "SplitImages" where "versionId" = ${versionId}::uuid`
  const labels = await db.$queryRaw<(NameRow & { split: Split; place: number })[]>`
    select * from (
      select split::text, label as name, count(*)::int as count,
        (count(*) over (partition by split))::int as distinct, (sum(count(*)) over (partition by split))::int as total,
        (row_number() over (partition by split order by count(*) desc, label))::int as place
      from "Example" where "versionId" = ${versionId}::uuid and label is not null group by split, label
    ) counted where place <= ${topLength} order by place`
  const splits = (['train', 'restval', 'val', 'test'] as const).filter((split) => lengths.some((row) => row.split === split))
  return splits.map((split) => {
    const own = lengths.filter((row) => row.split === split)
    return {
      split,
      examples: own.reduce((sum, { count }) => sum + count, 0),
      images: images.find((row) => row.split === split)?.count ?? 0,
      lengths: own.map(({ words, count }): [number, number] => [words, count]),
      labels: toTop(labels.filter((row) => row.split === split)),
    }
  })
}

async function countWords(db: Db | Tx, versionId: string): Promise<StoredStatistics['words']> {
  const texts = await db.example.count({ where: { versionId } })
  const step = Math.max(1, Math.ceil(texts / textsAtMost))
  const rows = await db.$queryRaw<NameRow[]>`
    select word as name, count(*)::int as count, (count(*) over ())::int as distinct, (sum(count(*)) over ())::int as total
    from (
      select regexp_split_to_table(lower(text), '[^[:alnum:]]+') as word
      from "Example" where "versionId" = ${versionId}::uuid and position % ${step}::int = 0
    ) split where word <> '' group by word order by count(*) desc, word limit ${topLength}`
  return { ...toTop(rows), step }
}

async function countAnswers(db: Db | Tx, versionId: string): Promise<TopCounts> {
  return toTop(
    await db.$queryRaw<NameRow[]>`
      select answer as name, count(*)::int as count, (count(*) over ())::int as distinct, (sum(count(*)) over ())::int as total
      from "Example" example, unnest(example.answers) answer
      where example."versionId" = ${versionId}::uuid group by answer order by count(*) desc, answer limit ${topLength}`,
  )
}

async function countAnswerTypes(db: Db | Tx, versionId: string): Promise<[string, number][]> {
  const rows = await db.$queryRaw<{ name: string; count: number }[]>`
    select "answerType" as name, count(*)::int as count from "Example"
    where "versionId" = ${versionId}::uuid and "answerType" is not null group by 1 order by 2 desc, 1 limit ${topLength}`
  return rows.map(({ name, count }) => [name, count])
}

async function countCategories(db: Db | Tx, versionId: string): Promise<TopCounts> {
  return toTop(
    await db.$queryRaw<NameRow[]>`
      select category as name, count(*)::int as count, (count(*) over ())::int as distinct, (sum(count(*)) over ())::int as total
      from "ImageObject" object join "DatasetImage" image on image.id = object."imageId"
      where image."versionId" = ${versionId}::uuid group by category order by count(*) desc, category limit ${topLength}`,
  )
}

async function countAttributes(db: Db | Tx, versionId: string): Promise<TopCounts> {
  return toTop(
    await db.$queryRaw<NameRow[]>`
      select attribute.value as name, count(*)::int as count, (count(*) over ())::int as distinct,
        (sum(count(*)) over ())::int as total
      from "ImageObject" object join "DatasetImage" image on image.id = object."imageId", jsonb_each_text(object.attributes) attribute
      where image."versionId" = ${versionId}::uuid group by attribute.value order by count(*) desc, attribute.value limit ${topLength}`,
  )
}

async function countSizes(db: Db | Tx, versionId: string): Promise<StoredStatistics['sizes']> {
  const read = (step: number) => db.$queryRaw<{ width: number; height: number; count: number }[]>`
    select greatest(1, round("widthPx" / ${step}::float) * ${step}::int)::int as width,
      greatest(1, round("heightPx" / ${step}::float) * ${step}::int)::int as height, count(*)::int as count
    from "DatasetImage" where "versionId" = ${versionId}::uuid and "widthPx" is not null and "heightPx" is not null
    group by 1, 2 order by 3 desc, 1, 2 limit ${sizesAtMost + 1}`
  const exact = await read(1)
  const isCoarse = exact.length > sizesAtMost
  const rows = isCoarse ? (await read(coarsePx)).slice(0, sizesAtMost) : exact
  return { step: isCoarse ? coarsePx : 1, counts: rows.map(({ width, height, count }): [number, number, number] => [width, height, count]) }
}
