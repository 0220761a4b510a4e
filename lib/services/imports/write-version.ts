import { Prisma } from '#lib/generated/prisma/client'
import type { Tx } from '#lib/db'
import type { ExampleKind, Split } from '#lib/generated/prisma/enums'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { newIdBases, orderedId } from '../versions/ordered-id.ts'
import { withoutReferenceChecks } from '../versions/reference-checks.ts'
import { updateHeldImport, type ImportProgressCounts, type ImportRef } from './import-claim.ts'
import { newId } from './new-id.ts'
import { relocateImages } from './relocate-images.ts'
import { imagesBetween } from './staging/found-images.ts'
import { chunkRows, stagedExamples, stagedLinks, stagedObjects, type Chunk } from './staging/staged-content.ts'
import { stagingTables, type StagingTables } from './staging/staging-tables.ts'

export interface VersionCounts {
  images: number
  /** Images that a record names and that were not found or cannot be read. */
  missingImages: number
  /** Files that no record names. */
  orphanImages: number
  imageBytes: number
  examples: Partial<Record<Split, number>>
  kinds: Partial<Record<ExampleKind, Partial<Record<Split, number>>>>
}

export interface NewVersion {
  /** May still be on its way: a dataset's first version is written meanwhile. */
  digest: Promise<string>
  counts: VersionCounts
  /** The staged rows, in their order. */
  examples: Chunk[]
  objects: Chunk[]
  final: ImportProgressCounts
  /** Called between two statements; what it throws ends the writing. */
  onWritten: (rows: number) => void
}

export type WrittenVersion = { id: string; number: number; isNew: boolean }

/** A version of millions of examples takes minutes to write; nothing else waits for this transaction. */
const transaction = { maxWait: 60_000, timeout: 6 * 3600_000 }

/**
 * Writes the whole version out of the staged rows and ends its import, in one transaction: a version exists whole or not at all.
 * Content that the dataset has already is not written again; the import then says which version it equals.
 * @throws ImportLostError when another attempt holds the import
 */
export async function writeVersion(ctx: Context, ref: ImportRef, version: NewVersion): Promise<WrittenVersion> {
  permitSystem(ctx)
  return ctx.db.$transaction(async (tx) => {
    // One import of a dataset at a time comes here: numbers follow each other, and equal content is seen.
    await tx.$queryRaw`select 1 from "Dataset" where id = ${ref.datasetId}::uuid for update`
    const known = await findKnown(tx, ref, version)
    await relocateImages(tx, ref.datasetId, stagingTables(ref.importId))
    const ended = { ...version.final, status: 'succeeded' as const, finishedAt: ctx.now() }
    if (known) {
      const phase = `The content is the same as version ${known.number}: nothing was added.`
      await updateHeldImport(tx, ref, { ...ended, phase })
      return { ...known, isNew: false }
    }
    const created = await createVersion(ctx, tx, ref, version)
    await updateHeldImport(tx, ref, { ...ended, phase: '', versionId: created.id })
    return { ...created, isNew: true }
  }, transaction)
}

async function findKnown(tx: Tx, { datasetId }: ImportRef, { digest }: NewVersion): Promise<{ id: string; number: number } | null> {
  if ((await tx.datasetVersion.count({ where: { datasetId } })) === 0) return null
  return tx.datasetVersion.findFirst({ where: { datasetId, digest: await digest }, select: { id: true, number: true } })
}

async function createVersion(ctx: Context, tx: Tx, ref: ImportRef, version: NewVersion): Promise<{ id: string; number: number }> {
  const { datasetId } = ref
  const { _max } = await tx.datasetVersion.aggregate({ where: { datasetId }, _max: { number: true } })
  const [id, number] = [newId(), (_max.number ?? 0) + 1]
  // Until its content is known, a name that no content has.
  const counts = { ...version.counts }
  await tx.datasetVersion.create({ data: { id, datasetId, number, digest: `making ${id}`, counts, createdAt: ctx.now() } })
  // The words of a chunk enter the full-text index sorted, in one go.
  await tx.$executeRaw`set local work_mem = '128MB'`
  await tx.$executeRaw`set local gin_pending_list_limit = '64MB'`
  const tables = stagingTables(ref.importId)
  await withoutReferenceChecks(tx, async () => {
    await insertImages(tx, id, version, tables)
    await insertExamples(tx, id, version, tables)
    await insertObjects(tx, id, version, tables)
  })
  await tx.datasetVersion.update({ where: { id }, data: { digest: await version.digest } })
  return { id, number }
}

async function insertImages(tx: Tx, versionId: string, { counts, onWritten }: NewVersion, tables: StagingTables): Promise<void> {
  const base = newIdBases().image
  for (let from = 0; from < counts.images; from += chunkRows) {
    const rows = await tx.$executeRaw`
      insert into "DatasetImage" (id, "versionId", key, "fileName", position, digest, "widthPx", "heightPx", "mediaType", "sizeBytes",
        location, "cocoId", "flickrId")
      select ${orderedId(base, Prisma.sql`position`)}, ${versionId}::uuid, key, "fileName", position, digest, "widthPx", "heightPx",
        "mediaType", "sizeBytes", location, "cocoId", "flickrId"
      from (${imagesBetween(tables, from, from + chunkRows)}) image order by position`
    onWritten(rows)
  }
}

async function insertExamples(tx: Tx, versionId: string, { examples, onWritten }: NewVersion, tables: StagingTables): Promise<void> {
  const base = newIdBases().example
  let written = 0
  for (const chunk of examples) {
    const rows = await tx.$executeRaw`
      insert into "Example" (id, "versionId", kind, split, position, "externalId", text, words, label, answers, "answerType", "groupKey", box)
      select ${orderedId(base, Prisma.sql`position`)}, ${versionId}::uuid, kind, split, position, "externalId", text, words, label, answers,
        "answerType", "groupKey", box
      from (${stagedExamples(tables, chunk, written)}) staged`
    await tx.$executeRaw`
      insert into "ExampleImage" ("exampleId", position, "imageId")
      select ${orderedId(base, Prisma.sql`link.example`)}, link.position, image.id
      from (${stagedLinks(tables, chunk, written)}) link
      join "DatasetImage" image on image."versionId" = ${versionId}::uuid and image.key = link.name`
    written += rows
    onWritten(rows)
  }
}

async function insertObjects(tx: Tx, versionId: string, { objects, onWritten }: NewVersion, tables: StagingTables): Promise<void> {
  const base = newIdBases().object
  let written = 0
  for (const chunk of objects) {
    const count = await tx.$executeRaw`
      insert into "ImageObject" (id, "imageId", category, attributes, x, y, width, height)
      select ${orderedId(base, Prisma.sql`row_number() over (order by o.n) + ${written}::int`)}, image.id, o.category, o.attributes, o.x, o.y,
        o.width, o.height
      from (${stagedObjects(tables, chunk)}) o join "DatasetImage" image on image."versionId" = ${versionId}::uuid and image.key = o."imageKey"
      order by o.n`
    written += count
    onWritten(count)
  }
}
