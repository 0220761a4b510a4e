import { hasArtifact } from '#lib/artifacts'
import type { Tx } from '#lib/db'
import { conflict, invalid } from '#lib/errors'
import { announce } from '#lib/events'
import { enqueue } from '#lib/queue'
import { actorId, audit, permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { CreateImportInput, type ImportSource } from './create-import-input.ts'
import { resolveDataPath } from './data-roots.ts'

type Parsed = ReturnType<typeof CreateImportInput.parse>

/** Starts an import into a dataset, new or known by its name; a worker does the reading. */
export async function createImport(ctx: Context, input: CreateImportInput): Promise<{ id: string; datasetId: string }> {
  permit(ctx, 'editor')
  const parsed = parseInput(CreateImportInput, input)
  const source = await resolveSource(parsed)
  return ctx.db.$transaction(async (tx) => {
    await holdUploads(ctx, tx, source)
    const datasetId = await findOrCreateDataset(tx, parsed)
    const { id } = await tx.import.create({
      data: { datasetId, format: parsed.format, source, phase: 'Waiting for a worker', startedById: actorId(ctx), createdAt: ctx.now() },
      select: { id: true },
    })
    await enqueue(tx, 'import-dataset', { importId: id })
    await audit(tx, ctx, { action: 'import.create', subjectType: 'import', subjectId: id, detail: { dataset: parsed.datasetName } })
    await announce(tx, [`import:${id}`, `dataset:${datasetId}`])
    return { id, datasetId }
  })
}

/** Every named file is there and may be read; paths become real ones. */
async function resolveSource({ files, imageRoots }: Parsed): Promise<ImportSource> {
  const resolve = async <F extends { name: string; artifact?: string | undefined; path?: string | undefined }>(
    file: F,
    field: string,
  ): Promise<F> => {
    if (file.path !== undefined) return { ...file, path: await resolveDataPath(file.path) }
    if (await hasArtifact(file.artifact ?? '')) return file
    const message = `The upload of ${file.name} is not here (any more): upload it again.`
    throw invalid(message, { [field]: message })
  }
  return {
    files: await Promise.all(files.map((file, i) => resolve(file, `files.${i}`))),
    imageRoots: await Promise.all(imageRoots.map((root, i) => resolve(root, `imageRoots.${i}`))),
  }
}

/** Uploads that nothing uses are collected some day: touched, they stay, and those that are gone by now are known to be. */
async function holdUploads(ctx: Context, tx: Tx, { files, imageRoots }: ImportSource): Promise<void> {
  const uploads = [...files, ...imageRoots].flatMap(({ name, artifact }) => (artifact === undefined ? [] : [{ name, artifact }]))
  if (uploads.length === 0) return
  await tx.upload.updateMany({ where: { digest: { in: uploads.map(({ artifact }) => artifact) } }, data: { touchedAt: ctx.now() } })
  for (const { name, artifact } of uploads)
    if (!(await hasArtifact(artifact))) throw invalid(`The upload of ${name} is not here (any more): upload it again.`)
}

async function findOrCreateDataset(tx: Tx, { datasetName: name, format, description, license, attribution }: Parsed): Promise<string> {
  const known = await tx.dataset.findUnique({ where: { name }, select: { id: true, format: true } })
  if (!known) return (await tx.dataset.create({ data: { name, format, description, license, attribution }, select: { id: true } })).id
  if (known.format !== format) throw conflict(`The dataset ${name} exists already, in another format: choose another name.`)
  // What is known about the data is kept where the form leaves it out.
  const said = Object.entries({ description, license, attribution }).filter(([, text]) => text !== '')
  await tx.dataset.update({ where: { id: known.id }, data: Object.fromEntries(said) })
  return known.id
}
