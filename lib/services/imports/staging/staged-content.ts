import type { Hash } from 'node:crypto'
import { Prisma } from '#lib/generated/prisma/client'
import type { ExampleKind, Split } from '#lib/generated/prisma/enums'
import type { Db, Tx } from '#lib/db'
import type { StagingTables } from './staging-tables.ts'

/** So many rows are read, hashed or written by one statement; between two an import can be canceled. */
export const chunkRows = 50_000

export interface Chunk {
  part: number
  from: number
  to: number
}

/** Ranges of the rows of a table, in their order. */
export async function chunksOf(db: Db | Tx, table: Prisma.Sql): Promise<Chunk[]> {
  const parts = await db.$queryRaw<{ part: number; last: number }[]>`select part, max(n) as last from ${table} group by part order by part`
  return parts.flatMap(({ part, last }) =>
    Array.from({ length: Math.floor(last / chunkRows) + 1 }, (_, i) => ({ part, from: i * chunkRows, to: (i + 1) * chunkRows })),
  )
}

/** Examples of a chunk, with the answers that another file holds. */
export function stagedExamples({ examples, annotations }: StagingTables, { part, from, to }: Chunk): Prisma.Sql {
  return Prisma.sql`
    select e.n, e.kind, e.split, e."externalId", e.text, coalesce(a.label, e.label) as label, coalesce(a.answers, e.answers) as answers,
      coalesce(a."answerType", e."answerType") as "answerType", coalesce(a."groupKey", e."groupKey") as "groupKey", e."imageKeys",
      coalesce(e.box, '{}') as box
    from ${examples} e left join ${annotations} a on a."questionId" = e."externalId" and a.split = e.split
    where e.part = ${part} and e.n >= ${from} and e.n < ${to}`
}

export function stagedObjects({ objects }: StagingTables, { part, from, to }: Chunk): Prisma.Sql {
  return Prisma.sql`
    select n, "imageKey", category, attributes, x, y, width, height from ${objects}
    where part = ${part} and n >= ${from} and n < ${to}`
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
  return db.$queryRaw`select split::text, kind::text, count(*)::int as count from ${examples} group by 1, 2 order by 1, 2`
}
