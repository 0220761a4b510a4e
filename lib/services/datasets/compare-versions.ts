import { z } from 'zod'
import { Prisma } from '#lib/generated/prisma/client'
import type { ExampleKind, Split } from '#lib/generated/prisma/enums'
import { notFound } from '#lib/errors'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'

export const CompareVersionsInput = z.strictObject({
  versionId: z.uuid(),
  otherVersionId: z.uuid(),
  /** How many of each sort are named. */
  limit: z.int().min(1).max(200).default(20),
})

/** An example that only one version has, or both with other content. `before` is the other version's, `after` this one's. */
export interface ExampleDifference {
  kind: ExampleKind
  split: Split
  externalId: string
  before: ExampleContent | null
  after: ExampleContent | null
}

export interface ExampleContent {
  id: string
  text: string
  label: string | null
  answers: string[]
}

export interface ImageDifference {
  key: string
  beforeId: string | null
  afterId: string | null
}

interface Differences<D> {
  counts: { added: number; removed: number; changed: number }
  added: D[]
  removed: D[]
  changed: D[]
}

export interface VersionDifference {
  version: { id: string; number: number; datasetName: string }
  other: { id: string; number: number; datasetName: string }
  examples: Differences<ExampleDifference>
  images: Differences<ImageDifference>
}

/** What a version adds to another one, lacks of it and has changed: examples by kind, split and id, images by key. */
export async function compareVersions(ctx: Context, input: z.input<typeof CompareVersionsInput>): Promise<VersionDifference> {
  permit(ctx, 'viewer')
  const { versionId, otherVersionId, limit } = parseInput(CompareVersionsInput, input)
  const [version, other] = await Promise.all([findVersion(ctx, versionId), findVersion(ctx, otherVersionId)])
  const examples = await readDifferences<ExampleDifference>(ctx, exampleRows(versionId, otherVersionId), limit)
  const images = await readDifferences<ImageDifference>(ctx, imageRows(versionId, otherVersionId), limit)
  return { version, other, examples, images }
}

async function findVersion(ctx: Context, id: string): Promise<VersionDifference['version']> {
  const found = await ctx.db.datasetVersion.findUnique({ where: { id }, select: { number: true, dataset: { select: { name: true } } } })
  if (!found) throw notFound('The version')
  return { id, number: found.number, datasetName: found.dataset.name }
}

type Sort = keyof Differences<unknown>['counts']

/** Counts all differences, and names the first ones of each sort. */
async function readDifferences<D>(ctx: Context, rows: Prisma.Sql, limit: number): Promise<Differences<D>> {
  const found = await ctx.db.$queryRaw<{ sort: Sort; count: number; difference: D }[]>`
    select sort, count::int as count, difference from (
      select sort, difference, count(*) over (partition by sort) as count, row_number() over (partition by sort order by place) as rank
      from (${rows}) rows
    ) ranked where rank <= ${limit} order by sort, rank`
  const of = (sort: Sort) => found.filter((row) => row.sort === sort)
  const listed = (sort: Sort) => of(sort).map(({ difference }) => difference)
  const count = (sort: Sort) => of(sort)[0]?.count ?? 0
  return {
    counts: { added: count('added'), removed: count('removed'), changed: count('changed') },
    ...{ added: listed('added'), removed: listed('removed'), changed: listed('changed') },
  }
}

/** An image's bytes are its content: the same key with other bytes is a change. */
function imageRows(versionId: string, otherVersionId: string): Prisma.Sql {
  return Prisma.sql`
    select case when b.id is null then 'added' when a.id is null then 'removed' else 'changed' end as sort,
      coalesce(a.position, b.position) as place,
      jsonb_build_object('key', coalesce(a.key, b.key), 'beforeId', b.id, 'afterId', a.id) as difference
    from (select * from "DatasetImage" where "versionId" = ${versionId}::uuid) a
    full join (select * from "DatasetImage" where "versionId" = ${otherVersionId}::uuid) b on a.key = b.key
    where a.digest is distinct from b.digest or a.id is null or b.id is null`
}

function exampleRows(versionId: string, otherVersionId: string): Prisma.Sql {
  const content = (side: 'a' | 'b') => {
    const of = Prisma.raw(side)
    return Prisma.sql`case when ${of}.id is null then null
      else jsonb_build_object('id', ${of}.id, 'text', ${of}.text, 'label', ${of}.label, 'answers', ${of}.answers) end`
  }
  return Prisma.sql`
    select case when b.id is null then 'added' when a.id is null then 'removed' else 'changed' end as sort,
      coalesce(a.position, b.position) as place,
      jsonb_build_object('kind', coalesce(a.kind, b.kind), 'split', coalesce(a.split, b.split),
        'externalId', coalesce(a."externalId", b."externalId"), 'before', ${content('b')}, 'after', ${content('a')}) as difference
    from (select * from "Example" where "versionId" = ${versionId}::uuid) a
    full join (select * from "Example" where "versionId" = ${otherVersionId}::uuid) b
      on a.kind = b.kind and a.split = b.split and a."externalId" = b."externalId"
    where a.id is null or b.id is null or (a.text, a.answers) is distinct from (b.text, b.answers) or a.label is distinct from b.label`
}
