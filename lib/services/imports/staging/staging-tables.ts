import { z } from 'zod'
import type { Db, Tx } from '#lib/db'
import { Prisma } from '#lib/generated/prisma/client'
import { permitSystem } from '../../context.ts'
import type { Context } from '../../context.ts'
import { splits } from '../format-catalog.ts'
import { updateHeldImport, type ImportProgressCounts, type ImportRef } from '../import-claim.ts'

/**
 * Tables that hold what an import has read until its version is written. They are unlogged: a crash of the server empties them, and the
 * import starts over. They outlive the worker: another one goes on after the last file that was read whole.
 */
export interface StagingTables {
  importId: string
  /** Files that were read, whole. */
  files: Prisma.Sql
  images: Prisma.Sql
  examples: Prisma.Sql
  annotations: Prisma.Sql
  objects: Prisma.Sql
  /** Records that were set aside when all were known. */
  refused: Prisma.Sql
  /** Every image once, numbered as the version numbers them. */
  named: Prisma.Sql
  /** What was found of them, in the same order, as far as they were looked for. */
  found: Prisma.Sql
  /** After which image another attempt goes on. */
  looks: Prisma.Sql
}

const kinds = ['files', 'images', 'examples', 'annotations', 'objects', 'refused', 'named', 'found', 'looks'] as const
export type StagingKind = (typeof kinds)[number]

export const tableName = (importId: string, kind: StagingKind) => `staging_${importId.replaceAll('-', '')}_${kind}`

export function stagingTables(importId: string): StagingTables {
  const name = (kind: StagingKind) => Prisma.raw(`"${tableName(z.uuid().parse(importId), kind)}"`)
  return {
    importId,
    ...{ files: name('files'), images: name('images'), examples: name('examples') },
    ...{ annotations: name('annotations'), objects: name('objects'), refused: name('refused') },
    ...{ named: name('named'), found: name('found'), looks: name('looks') },
  }
}

const StagedFileState = z.object({
  takenCount: z.int(),
  warningCount: z.int(),
  refusedCount: z.int(),
  fileFaults: z.array(z.string()),
  subtype: z.string().nullable(),
  /** The split whose questions it answers. */
  annotates: z.enum(splits).nullable(),
})
export type StagedFileState = z.infer<typeof StagedFileState>

/** A file that was read whole. Parts order rows: they rise with the files of an import. */
export interface StagedFile extends StagedFileState {
  part: number
  /** Which file it is, and in which state it was read. */
  identity: string
}

/** How far the images have been looked for. */
export interface Look {
  /** The first position that has not. */
  upTo: number
  /** Of the whole import, so far. */
  warningCount: number
  /** Problems with a later id were found later. */
  lastProblemId: string
}

export interface Staged {
  files: StagedFile[]
  look: Look | null
}

/** A busy server is no reason to lose an import. */
const transaction = { maxWait: 60_000, timeout: 60_000 }

const columns = {
  files: 'part int primary key, identity text not null, state jsonb not null, "lastProblemId" uuid not null',
  images: 'part int, n int, key text, ref jsonb, "fileName" text, place text',
  examples: `part int, n int, record int, siblings int, kind "ExampleKind", split "Split", "externalId" text, text text, label text, answers text[],
    "answerType" text, "groupKey" text, "imageKeys" text[], box float8[], place text, "at" bigint, size int, held boolean,
    words tsvector generated always as (to_tsvector('english', text)) stored`,
  annotations: `part int, n int, split "Split", "questionId" text, "imageId" text, label text, answers text[], "answerType" text,
    "groupKey" text, place text, "at" bigint, size int`,
  objects: 'part int, n int, "imageKey" text, category text, attributes jsonb, x float8, y float8, width float8, height float8',
  found: `position int primary key, "fileName" text, digest text, "widthPx" int, "heightPx" int, "mediaType" text, "sizeBytes" int,
    location jsonb, traits text[]`,
  looks: '"upTo" int primary key, "warningCount" int not null, "lastProblemId" uuid not null',
} as const

/** They are written once, and read when all is in them: nothing is there to be tidied in between. */
export const unlogged = Prisma.raw('with (autovacuum_enabled = off)')

/** Makes the tables, or takes over those of an attempt that died, with the problems that it had reported up to there. */
export async function openStaging(ctx: Context, ref: ImportRef, identities: string[]): Promise<Staged> {
  permitSystem(ctx)
  return ctx.db.$transaction(async (tx) => {
    await updateHeldImport(tx, ref, { heartbeatAt: ctx.now() })
    const files = await findStaged(tx, ref.importId)
    const isPrefix = files.length > 0 && files.every(({ identity }, i) => identity === identities[i])
    // Once records were set aside, no file can be read beside the others any more.
    const isClosed = files.length < identities.length && (await exists(tx, ref.importId, 'refused'))
    if (!isPrefix || isClosed) return startOver(tx, ref.importId)
    const look = await findLook(tx, ref.importId)
    const last = [...files, ...(look ? [look] : [])]
      .map(({ lastProblemId }) => lastProblemId)
      .sort()
      .at(-1)
    await tx.$executeRaw`delete from "ImportProblem" where "importId" = ${ref.importId}::uuid and id > ${last}::uuid`
    return { files, look }
  }, transaction)
}

async function startOver(tx: Tx, importId: string): Promise<Staged> {
  await dropTables(tx, importId)
  await tx.importProblem.deleteMany({ where: { importId } })
  for (const [kind, definition] of Object.entries(columns)) {
    const name = Prisma.raw(`"${tableName(importId, kind as StagingKind)}"`)
    await tx.$executeRaw`create unlogged table ${name} (${Prisma.raw(definition)}) ${unlogged}`
  }
  return { files: [], look: null }
}

async function findLook(tx: Tx, importId: string): Promise<Look | null> {
  const [look] = await tx.$queryRaw<Look[]>`
    select "upTo", "warningCount", "lastProblemId" from ${stagingTables(importId).looks} order by "upTo" desc limit 1`
  return look ?? null
}

async function findStaged(tx: Tx, importId: string): Promise<(StagedFile & { lastProblemId: string })[]> {
  if (!(await exists(tx, importId, 'files'))) return []
  const rows = await tx.$queryRaw<{ part: number; identity: string; state: unknown; lastProblemId: string }[]>`
    select part, identity, state, "lastProblemId" from ${stagingTables(importId).files} order by part`
  return rows.map(({ state, ...file }) => ({ ...file, ...StagedFileState.parse(state) }))
}

export async function exists(db: Db | Tx, importId: string, kind: StagingKind): Promise<boolean> {
  const [found] = await db.$queryRaw<{ has: boolean }[]>`select to_regclass(${`"${tableName(importId, kind)}"`}) is not null as has`
  return found?.has === true
}

/** From here on the file's rows count. @throws ImportLostError when another attempt holds the import */
export async function recordStagedFile(
  ctx: Context,
  ref: ImportRef,
  file: StagedFile & { lastProblemId: string },
  totals: ImportProgressCounts,
): Promise<void> {
  permitSystem(ctx)
  const { part, identity, lastProblemId, ...state } = file
  await ctx.db.$transaction(async (tx) => {
    await updateHeldImport(tx, ref, { ...totals, heartbeatAt: ctx.now() })
    await tx.$executeRaw`
      insert into ${stagingTables(ref.importId).files} (part, identity, state, "lastProblemId")
      values (${part}, ${identity}, ${JSON.stringify(state)}::jsonb, ${lastProblemId}::uuid)`
  }, transaction)
}

async function dropTables(tx: Db | Tx, importId: string): Promise<void> {
  for (const kind of kinds) await tx.$executeRawUnsafe(`drop table if exists "${tableName(importId, kind)}"`)
}

/** Drops the tables of imports that have ended, however they did. One that a lost attempt still writes to is left for the next time. */
export async function sweepStaging(ctx: Context): Promise<void> {
  permitSystem(ctx)
  const tables = await ctx.db.$queryRaw<{ id: string }[]>`
    select distinct substr(relname, 9, 32) as id from pg_class
    where relkind = 'r' and relname ~ '^staging_[0-9a-f]{32}_' and pg_table_is_visible(oid)`
  const ids = tables.map(({ id }) => id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'))
  const open = await ctx.db.import.findMany({ where: { id: { in: ids }, status: { in: ['queued', 'running'] } }, select: { id: true } })
  const kept = new Set(open.map(({ id }) => id))
  for (const importId of ids.filter((id) => !kept.has(id))) {
    try {
      await ctx.db.$transaction(async (tx) => {
        await tx.$executeRaw`set local lock_timeout = '2s'`
        await dropTables(tx, importId)
      })
    } catch (error) {
      ctx.log.warn({ err: error, importId }, 'staging tables are still in use')
    }
  }
}
