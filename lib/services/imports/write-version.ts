import type { Tx } from '#lib/db'
import type { Prisma } from '#lib/generated/prisma/client'
import type { ExampleKind, Split } from '#lib/generated/prisma/enums'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { updateHeldImport, type ImportProgressCounts, type ImportRef } from './import-claim.ts'
import { newId } from './new-id.ts'

export interface VersionCounts {
  images: number
  /** Images that a record names and that were not found or cannot be read. */
  missingImages: number
  /** Files that no record names. */
  orphanImages: number
  imageBytes: number
  examples: Partial<Record<Split, number>>
}

export interface ImageRow {
  key: string
  fileName: string
  digest: string | null
  widthPx: number | null
  heightPx: number | null
  mediaType: string | null
}

export interface ExampleRow {
  kind: ExampleKind
  split: Split
  externalId: string
  text: string
  label: string | null
  answers: string[]
  answerType: string | null
  groupKey: string | null
  imageKeys: string[]
}

export interface ObjectRow {
  imageKey: string
  category: string
  attributes: Record<string, unknown>
  x: number
  y: number
  width: number
  height: number
}

export interface NewVersion {
  digest: string
  counts: VersionCounts
  /** In the order of their positions. */
  images: ImageRow[]
  /** Batches, in the order of their positions. */
  examples: AsyncIterable<ExampleRow[]>
  objects: AsyncIterable<ObjectRow[]>
  final: ImportProgressCounts
  onWritten: (rows: number) => void
}

export type WrittenVersion = { id: string; number: number; isNew: boolean }

const batchSize = 2000
/** A version of a million examples takes minutes to write; nothing else waits for this transaction. */
const transaction = { maxWait: 60_000, timeout: 6 * 3600_000 }

/**
 * Writes the whole version and ends its import, in one transaction: a version exists whole or not at all.
 * Content that the dataset has already is not written again; the import then says which version it equals.
 * @throws ImportLostError when another attempt holds the import
 */
export async function writeVersion(ctx: Context, ref: ImportRef, version: NewVersion): Promise<WrittenVersion> {
  permitSystem(ctx)
  return ctx.db.$transaction(async (tx) => {
    // One import of a dataset at a time comes here: numbers follow each other, and equal content is seen.
    await tx.$queryRaw`select 1 from "Dataset" where id = ${ref.datasetId}::uuid for update`
    const known = await tx.datasetVersion.findFirst({
      where: { datasetId: ref.datasetId, digest: version.digest },
      select: { id: true, number: true },
    })
    const ended = { ...version.final, status: 'succeeded' as const, finishedAt: ctx.now() }
    if (known) {
      const phase = `The content is the same as version ${known.number}: nothing was added.`
      await updateHeldImport(tx, ref, { ...ended, phase })
      return { ...known, isNew: false }
    }
    const created = await createVersion(ctx, tx, ref.datasetId, version)
    await updateHeldImport(tx, ref, { ...ended, phase: '', versionId: created.id })
    return { ...created, isNew: true }
  }, transaction)
}

async function createVersion(ctx: Context, tx: Tx, datasetId: string, version: NewVersion): Promise<{ id: string; number: number }> {
  const { _max } = await tx.datasetVersion.aggregate({ where: { datasetId }, _max: { number: true } })
  const created = await tx.datasetVersion.create({
    data: {
      id: newId(),
      datasetId,
      number: (_max.number ?? 0) + 1,
      digest: version.digest,
      counts: { ...version.counts },
      createdAt: ctx.now(),
    },
    select: { id: true, number: true },
  })
  const imageIds = await insertImages(tx, created.id, version)
  await insertExamples(tx, created.id, version, imageIds)
  for await (const objects of version.objects) await insertObjects(tx, objects, imageIds)
  return created
}

async function insertImages(tx: Tx, versionId: string, { images, onWritten }: NewVersion): Promise<Map<string, string>> {
  const ids = new Map<string, string>()
  for (let start = 0; start < images.length; start += batchSize) {
    const rows = images.slice(start, start + batchSize).map((image, i) => ({ ...image, id: newId(), position: start + i }))
    for (const { key, id } of rows) ids.set(key, id)
    await tx.$executeRaw`
      insert into "DatasetImage" (id, "versionId", key, "fileName", position, digest, "widthPx", "heightPx", "mediaType")
      select id, ${versionId}::uuid, key, "fileName", position, digest, "widthPx", "heightPx", "mediaType"
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row
        (id uuid, key text, "fileName" text, position int, digest text, "widthPx" int, "heightPx" int, "mediaType" text)`
    onWritten(rows.length)
  }
  return ids
}

async function insertExamples(
  tx: Tx,
  versionId: string,
  { examples, onWritten }: NewVersion,
  imageIds: Map<string, string>,
): Promise<void> {
  let position = 0
  for await (const batch of examples) {
    const rows = batch.map((example) => ({ ...example, id: newId(), position: position++ }))
    await tx.$executeRaw`
      insert into "Example" (id, "versionId", kind, split, position, "externalId", text, label, answers, "answerType", "groupKey")
      select id, ${versionId}::uuid, kind, split, position, "externalId", text, label,
        array(select jsonb_array_elements_text(answers)), "answerType", "groupKey"
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row
        (id uuid, kind "ExampleKind", split "Split", position int, "externalId" text, text text, label text, answers jsonb,
         "answerType" text, "groupKey" text)`
    await insertExampleImages(tx, rows, imageIds)
    onWritten(rows.length)
  }
}

async function insertExampleImages(tx: Tx, rows: (ExampleRow & { id: string })[], imageIds: Map<string, string>): Promise<void> {
  const shown = rows.flatMap(({ id, imageKeys }) => imageKeys.map((key, position) => ({ id, position, image: imageIds.get(key) })))
  const [ids, positions, images] = [shown.map(({ id }) => id), shown.map(({ position }) => position), shown.map(({ image }) => image)]
  await tx.$executeRaw`
    insert into "ExampleImage" ("exampleId", position, "imageId")
    select * from unnest(${ids}::uuid[], ${positions}::int[], ${images}::uuid[])`
}

async function insertObjects(tx: Tx, objects: ObjectRow[], imageIds: Map<string, string>): Promise<void> {
  const rows = objects.flatMap(({ imageKey, attributes, ...object }) => {
    const imageId = imageIds.get(imageKey)
    return imageId ? [{ ...object, id: newId(), imageId, attributes: attributes as Prisma.InputJsonObject }] : []
  })
  if (rows.length > 0) await tx.imageObject.createMany({ data: rows })
}
