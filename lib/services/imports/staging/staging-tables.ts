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
}

const kinds = ['files', 'images', 'examples', 'annotations', 'objects', 'refused'] as const
export type StagingKind = (typeof kinds)[number]

export const tableName = (importId: string, kind: StagingKind) => `staging_${importId.replaceAll('-', '')}_${kind}`

export function stagingTables(importId: string): StagingTables {
  const name = (kind: StagingKind) => Prisma.raw(`"${tableName(z.uuid().parse(importId), kind)}"`)
  return {
    importId,
    ...{ files: name('files'), images: name('images'), examples: name('examples') },
    ...{ annotations: name('annotations'), objects: name('objects'), refused: name('refused') },
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
  imageCount: z.int(),
  exampleCount: z.int(),
})
export type StagedFileState = z.infer<typeof StagedFileState>

/** A file that was read whole. Parts order rows: they rise with the files of an import. */
export interface StagedFile extends StagedFileState {
  part: number
  /** Which file it is, and in which state it was read. */
  identity: string
}

/** A busy server is no reason to lose an import. */
const transaction = { maxWait: 60_000, timeout: 60_000 }

const columns = {
  files: 'part int primary key, identity text not null, state jsonb not null, "lastProblemId" uuid not null',
  images: 'part int, n int, key text, ref jsonb, "fileName" text, place text',
  examples: `part int, n int, record int, siblings int, kind "ExampleKind", split "Split", "externalId" text, text text, label text, answers text[],
    "answerType" text, "groupKey" text, "imageKeys" text[], box float8[], place text, "at" bigint, size int, held boolean`,
  annotations: `part int, n int, split "Split", "questionId" text, "imageId" text, label text, answers text[], "answerType" text,
    "groupKey" text, place text, "at" bigint, size int`,
  objects: 'part int, n int, "imageKey" text, category text, attributes jsonb, x float8, y float8, width float8, height float8',
} as const

/** Makes the tables, or takes over those of an attempt that died, with the problems that it had reported of the files it read whole. */
export async function openStaging(ctx: Context, ref: ImportRef, identities: string[]): Promise<StagedFile[]> {
  permitSystem(ctx)
  return ctx.db.$transaction(async (tx) => {
    await updateHeldImport(tx, ref, { heartbeatAt: ctx.now() })
    const found = await findStaged(tx, ref.importId)
    const isPrefix = found.length > 0 && found.every(({ identity }, i) => identity === identities[i])
    // Once records were set aside, no file can be read beside the others any more.
    const isClosed = found.length < identities.length && (await exists(tx, ref.importId, 'refused'))
    if (!isPrefix || isClosed) return startOver(tx, ref.importId)
    const last = found
      .map(({ lastProblemId }) => lastProblemId)
      .sort()
      .at(-1)
    await tx.$executeRaw`delete from "ImportProblem" where "importId" = ${ref.importId}::uuid and id > ${last}::uuid`
    return found
  }, transaction)
}

async function startOver(tx: Tx, importId: string): Promise<StagedFile[]> {
  await dropTables(tx, importId)
  await tx.importProblem.deleteMany({ where: { importId } })
  for (const [kind, definition] of Object.entries(columns))
    // They are written once, and read when all is in them: nothing is there to be tidied in between.
    await tx.$executeRawUnsafe(
      `create unlogged table "${tableName(importId, kind as StagingKind)}" (${definition}) with (autovacuum_enabled = off)`,
    )
  return []
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
