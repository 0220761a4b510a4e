import type { Hash } from 'node:crypto'
import { Prisma } from '#lib/generated/prisma/client'
import type { ExampleKind, Split } from '#lib/generated/prisma/enums'
import type { Db, Tx } from '#lib/db'
import type { StagingTables } from './staging-tables.ts'

/** So many rows are read, hashed or written by one statement; between two an import can be canceled. */
export const chunkRows = 100_000

export interface Chunk {
  part: number
  from: number
  to: number
}

/** Ranges of the rows of a table that hold these files, in their order. */
export async function chunksOf(db: Db | Tx, table: Prisma.Sql, parts: number[]): Promise<Chunk[]> {
  const ends = await db.$queryRaw<{ part: number; last: number | null }[]>`
    select part, (select max(n) from ${table} staged where staged.part = read.part) as last
    from unnest(${parts}::int[]) with ordinality as read (part, position) order by read.position`
  return ends.flatMap(({ part, last }) =>
    Array.from({ length: Math.floor((last ?? -1) / chunkRows) + 1 }, (_, i) => ({ part, from: i * chunkRows, to: (i + 1) * chunkRows })),
  )
}

const rowsOf = ({ part, from, to }: Chunk) => Prisma.sql`part = ${part} and n >= ${from} and n < ${to}`

/** Examples of a chunk, numbered from `first`, with the answers that another file holds. Ids that set-aside records hold are none. */
export function stagedExamples({ examples, annotations }: StagingTables, chunk: Chunk, first = 0): Prisma.Sql {
  return Prisma.sql`
    select e.n, e.position, e.kind, e.split, e."externalId", e.text, e.words, coalesce(a.label, e.label) as label,
      coalesce(a.answers, e.answers) as answers, coalesce(a."answerType", e."answerType") as "answerType",
      coalesce(a."groupKey", e."groupKey") as "groupKey", e."imageKeys", coalesce(e.box, '{}') as box
    from (
      select *, (row_number() over (order by n) + ${first - 1})::int as position from ${examples} where ${rowsOf(chunk)} and not held
    ) e left join ${annotations} a on a."questionId" = e."externalId" and a.split = e.split`
}

/** Which image each example of a chunk shows, numbered as the examples are. */
export function stagedLinks({ examples }: StagingTables, chunk: Chunk, first: number): Prisma.Sql {
  return Prisma.sql`
    select e.position as example, key.number - 1 as position, key.name
    from (
      select "imageKeys", (row_number() over (order by n) + ${first - 1})::int as position from ${examples}
      where ${rowsOf(chunk)} and not held
    ) e cross join unnest(e."imageKeys") with ordinality as key (name, number)`
}

export function stagedObjects({ objects }: StagingTables, chunk: Chunk): Prisma.Sql {
  return Prisma.sql`select n, "imageKey", category, attributes, x, y, width, height from ${objects} where ${rowsOf(chunk)}`
}

/** What of an example, and of a box, is content. */
export const exampleContent = Prisma.sql`row(kind, split, "externalId", text, label, answers, "answerType", "groupKey", "imageKeys", box)`
export const objectContent = Prisma.sql`row("imageKey", category, attributes, x, y, width, height)`

/** Adds rows to a hash, each by a hash of its own: PostgreSQL makes those, so that no row leaves it. */
export async function hashRows(db: Db | Tx, hash: Hash, rows: Prisma.Sql, content: Prisma.Sql): Promise<void> {
  const [hashed] = await db.$queryRaw<{ bytes: Uint8Array | null }[]>`
    select string_agg(sha256(convert_to((${content})::text, 'UTF8')), ''::bytea order by n) as bytes from (${rows}) rows`
  if (hashed?.bytes) hash.update(hashed.bytes)
}

export async function countStaged(db: Db, { examples }: StagingTables): Promise<{ split: Split; kind: ExampleKind; count: number }[]> {
  return db.$queryRaw`
    select split::text, kind::text, count(*)::int as count from ${examples} where not held
    group by ${examples}.split, ${examples}.kind order by 1, 2`
}

/** Boxes of images that no record names. */
export async function countStrayObjects(db: Db, { objects, images }: StagingTables): Promise<number> {
  const [found] = await db.$queryRaw<{ count: number }[]>`
    select count(*)::int as count from ${objects} o where not exists (select 1 from ${images} i where i.key = o."imageKey")`
  return found?.count ?? 0
}
