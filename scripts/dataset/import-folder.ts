import { stat } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { LabError } from '#lib/errors'
import type { Context } from '#lib/services/context'
import { getDataset } from '#lib/services/datasets/get-dataset'
import { createImport } from '#lib/services/imports/create-import'
import { findDataPath } from '#lib/services/imports/data-roots'
import { getImport, type ImportDetail } from '#lib/services/imports/get-import'
import { inspectFolder, type FolderImport } from '#lib/services/imports/inspect-folder'
import { describeImport } from './describe-folder.ts'

export interface ImportFolderInput {
  folder: string
  name: string
  format: string | undefined
  license: string | undefined
  attribution: string | undefined
}

/** Recognises a folder, starts its import and tells of it until it ends. What stops the command does not stop the import. */
export async function importFolder(ctx: Context, input: ImportFolderInput, say: (line: string) => void): Promise<ImportDetail> {
  await checkAllowed(input.folder)
  const { imports, unread } = await inspectFolder(ctx, { path: input.folder })
  const chosen = choose(imports, unread, input)
  for (const line of describeImport(chosen)) say(line)
  const { id } = await createImport(ctx, {
    ...{ datasetName: input.name, format: chosen.format, license: input.license ?? '', attribution: input.attribution ?? '' },
    files: chosen.files.map(({ role, split, name, path }) => ({ role, split, name, path })),
    imageRoots: chosen.imageRoots.map(({ name, path }) => ({ name, path })),
  })
  const ended = await waitForEnd(ctx, id, say)
  for (const line of await describeEnd(ctx, ended)) say(line)
  return ended
}

/** Whoever runs the command may know that the folder exists, and what to do about it. */
async function checkAllowed(folder: string): Promise<void> {
  if ((await findDataPath(folder)) !== null) return
  if (!(await stat(folder).catch(() => null))?.isDirectory()) throw new LabError('invalid', `There is no folder ${folder}.`)
  const reason = 'its web server and workers read the images there for as long as the dataset is used'
  throw new LabError('invalid', `The lab may not read ${folder}: ${reason}. Start it with SOHO_DATA_ROOTS=${folder} npm start.`)
}

function choose(imports: FolderImport[], unread: { path: string; reason: string }[], { folder, format }: ImportFolderInput): FolderImport {
  const formats = imports.map((found) => found.format).join(', ')
  const fitting = imports.filter((found) => format === undefined || found.format === format)
  const [first, second] = fitting
  if (second) throw new LabError('invalid', `${folder} has files of several formats: choose one with --format (${formats}).`)
  if (first) return first
  if (imports.length > 0) throw new LabError('invalid', `${folder} has no files of ${format}, but of ${formats}.`)
  const hints = unread.slice(0, 5).map(({ path, reason }) => ` ${path}: ${reason}.`)
  throw new LabError('invalid', `Nothing in ${folder} is recognised.${hints.join('')}`)
}

const pollMs = 250
const sayEveryMs = 2000
/** Without a worker an import only waits. */
const patienceMs = 30_000

async function waitForEnd(ctx: Context, id: string, say: (line: string) => void): Promise<ImportDetail> {
  const startedAt = Date.now()
  let said = { phase: '', at: 0 }
  let isWorkerMissed = false
  for (;;) {
    const detail = await getImport(ctx, { id })
    if (detail.status !== 'queued' && detail.status !== 'running') return detail
    const now = Date.now()
    if (detail.phase !== said.phase || now - said.at > sayEveryMs) {
      if (detail.phase !== said.phase || detail.status === 'running') say(progressOf(detail))
      said = { phase: detail.phase, at: now }
    }
    if (!isWorkerMissed && detail.status === 'queued' && now - startedAt > patienceMs) {
      say('No worker takes it: it goes on once one runs.')
      isWorkerMissed = true
    }
    await wait(pollMs)
  }
}

const progressOf = ({ phase, done, total }: ImportDetail) => (done > 0 ? `${phase}: ${done}${total === null ? '' : ` of ${total}`}` : phase)

async function describeEnd(ctx: Context, ended: ImportDetail): Promise<string[]> {
  const { takenCount, warningCount, refusedCount, problemKinds } = ended
  const kinds = problemKinds.map(({ code, count, example }) => `  ${count} × ${code}: ${example}`)
  const counts = `${takenCount} records taken, ${refusedCount} set aside, ${warningCount} warnings`
  if (ended.status === 'failed') return [`Refused: ${ended.error ?? 'no reason was given'}`, ...kinds]
  if (ended.status === 'canceled') return ['It was canceled: nothing was imported.']
  if (!ended.version) return [ended.phase, counts, ...kinds]
  const { versions } = await getDataset(ctx, { id: ended.dataset.id })
  const version = versions.find(({ id }) => id === ended.version?.id)
  const images = version ? `: ${version.counts.images} images, ${version.counts.missingImages} of them missing` : ''
  return [`Version ${ended.version.number} of ${ended.dataset.name}${images}`, counts, ...kinds]
}
