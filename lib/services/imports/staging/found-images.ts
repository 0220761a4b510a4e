import { z } from 'zod'
import type { ImageRef } from '#lib/formats/record'
import { Prisma } from '#lib/generated/prisma/client'
import type { Db, Tx } from '#lib/db'
import { permitSystem } from '../../context.ts'
import type { Context } from '../../context.ts'
import type { ImageLocation } from '../../datasets/image-location.ts'
import { checkHeldImport, updateHeldImport, type ImportRef } from '../import-claim.ts'
import { exists, stagingTables, tableName, unlogged, type Look, type StagingTables } from './staging-tables.ts'
import type { NamedImage } from './staging-writer.ts'

/** What was found of an image whose file is there: without a digest the file is no image that can be used. */
export interface FoundImage {
  position: number
  fileName: string
  digest: string | null
  widthPx: number | null
  heightPx: number | null
  mediaType: string | null
  sizeBytes: number | null
  /** Null: the bytes are an artifact. */
  location: ImageLocation | null
  traits: string[]
}

const Ref = z.custom<ImageRef>((value) => typeof value === 'object' && value !== null && 'key' in value)

/** A transaction may sort millions of rows. */
const transaction = { maxWait: 60_000, timeout: 3600_000 }

/** Keys of images that files which were read whole have named: at most so many. */
export async function readStagedKeys(ctx: Context, importId: string, parts: number[], atMost: number): Promise<Set<string>> {
  permitSystem(ctx)
  if (parts.length === 0) return new Set()
  const rows = await ctx.db.$queryRaw<{ key: string }[]>`
    select key from ${stagingTables(importId).images} where part = any(${parts}) limit ${atMost}`
  return new Set(rows.map(({ key }) => key))
}

/** Numbers the images in the order in which records first named them. @returns how many there are */
export async function nameImages(ctx: Context, ref: ImportRef): Promise<number> {
  permitSystem(ctx)
  const { named, images } = stagingTables(ref.importId)
  return ctx.db.$transaction(async (tx) => {
    // Waits for a lost attempt that is at it, whose result counts as well.
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${tableName(ref.importId, 'named')}, 0))`
    await checkHeldImport(tx, ref)
    if (!(await exists(tx, ref.importId, 'named'))) {
      await tx.$executeRaw`set local work_mem = '128MB'`
      await tx.$executeRaw`
        create unlogged table ${named} ${unlogged} as
        select (row_number() over (order by part, n) - 1)::int as position, key, ref, "fileName", place
        from (select distinct on (key collate "C") * from ${images} order by key collate "C", part, n) once`
      await tx.$executeRaw`alter table ${named} add primary key (position)`
    }
    const [counted] = await tx.$queryRaw<{ count: number }[]>`select count(*)::int as count from ${named}`
    return counted?.count ?? 0
  }, transaction)
}

const pageSize = 1000

/** The images in their order: those of one page are in memory. */
export async function* listNamedImages(ctx: Context, importId: string): AsyncGenerator<NamedImage & { position: number }> {
  permitSystem(ctx)
  const { named } = stagingTables(importId)
  for (let from = 0; ; from += pageSize) {
    const rows = await ctx.db.$queryRaw<{ position: number; key: string; ref: unknown; fileName: string; place: string }[]>`
      select position, key, ref, "fileName", place from ${named}
      where position >= ${from} and position < ${from + pageSize} order by position`
    for (const row of rows) yield { ...row, ref: Ref.parse(row.ref) }
    if (rows.length < pageSize) return
  }
}

/** From here on these images count as looked for. @throws ImportLostError when another attempt holds the import */
export async function recordFound(ctx: Context, ref: ImportRef, rows: FoundImage[], look: Look): Promise<void> {
  permitSystem(ctx)
  const { found, looks } = stagingTables(ref.importId)
  await ctx.db.$transaction(async (tx) => {
    await updateHeldImport(tx, ref, { heartbeatAt: ctx.now() })
    await tx.$executeRaw`
      insert into ${found} (position, "fileName", digest, "widthPx", "heightPx", "mediaType", "sizeBytes", location, traits)
      select position, "fileName", digest, "widthPx", "heightPx", "mediaType", "sizeBytes", location, traits
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row
        (position int, "fileName" text, digest text, "widthPx" int, "heightPx" int, "mediaType" text, "sizeBytes" int, location jsonb,
         traits text[])`
    await tx.$executeRaw`
      insert into ${looks} ("upTo", "warningCount", "lastProblemId") values (${look.upTo}, ${look.warningCount}, ${look.lastProblemId}::uuid)`
  }, transaction)
}

/** How many images have usable bytes, and how many bytes those are. */
export async function summariseFound(ctx: Context, importId: string): Promise<{ usable: number; bytes: number }> {
  permitSystem(ctx)
  const [sums] = await ctx.db.$queryRaw<{ usable: number; bytes: number }[]>`
    select count(*)::int as usable, coalesce(sum("sizeBytes"), 0)::float8 as bytes from ${stagingTables(importId).found} where digest is not null`
  return sums ?? { usable: 0, bytes: 0 }
}

/** What is normal and yet good to know, with the first files that have it. */
export async function countTraits(ctx: Context, importId: string): Promise<{ trait: string; count: number; first: string[] }[]> {
  permitSystem(ctx)
  return ctx.db.$queryRaw`
    select trait, count(*)::int as count, (array_agg("fileName" order by position))[1:5] as first
    from ${stagingTables(importId).found}, unnest(traits) trait group by trait order by min(position)`
}

/** The images that a version will have, from one position to another. */
export const imagesBetween = ({ named, found }: StagingTables, from: number, to: number): Prisma.Sql => Prisma.sql`
  select position, named.key, coalesce(found."fileName", named.ref -> 'candidates' ->> 0, '') as "fileName", found.digest, found."widthPx",
    found."heightPx", found."mediaType", found."sizeBytes", found.location, (named.ref ->> 'cocoId')::bigint as "cocoId",
    named.ref ->> 'flickrId' as "flickrId"
  from ${named} named left join ${found} found using (position) where position >= ${from} and position < ${to}`

/** Keys and digests, in their order, a page at a time. */
export async function* imageContent(db: Db | Tx, tables: StagingTables): AsyncGenerator<{ key: string; digest: string | null }[]> {
  const step = 10_000
  for (let from = 0; ; from += step) {
    const rows = await db.$queryRaw<{ key: string; digest: string | null }[]>`
      select key, digest from (${imagesBetween(tables, from, from + step)}) image order by position`
    yield rows
    if (rows.length < step) return
  }
}
