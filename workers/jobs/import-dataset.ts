import path from 'node:path'
import { env } from '#lib/env'
import type { ParsedExample, ParsedObject } from '#lib/formats/record'
import type { JobPayload } from '#lib/queue'
import type { Context } from '#lib/services/context'
import { failImport } from '#lib/services/imports/fail-import'
import { claimImport, ImportLostError, releaseImport, type ClaimedImport } from '#lib/services/imports/import-claim'
import { writeVersion } from '#lib/services/imports/write-version'
import { ImportState } from './import/import-state.ts'
import { readRecords, type ReadResult } from './import/read-records.ts'
import { Spool, withSpoolFolder } from './import/spool.ts'
import { storeImages } from './import/store-images.ts'
import { versionDigest } from './import/version-digest.ts'

/**
 * Reads an import's files and images, and writes a new version of its dataset. Safe to deliver again: it takes over what a dead
 * attempt left, and a version is written whole at the end or not at all.
 * @throws what stopped it, when the worker stops or something is broken: the queue then delivers it again
 */
export async function importDataset(payload: JobPayload<'import-dataset'>, tools: { ctx: Context; signal: AbortSignal }): Promise<void> {
  const { ctx, signal } = tools
  const claimed = await claimImport(ctx, payload.importId)
  if (!claimed) return
  const state = new ImportState(ctx, claimed, signal)
  try {
    const parent = path.join(env().dataDir, 'spool')
    await withSpoolFolder(parent, claimed.importId, claimed.fence, (folder) => run(ctx, claimed, state, folder))
  } catch (error) {
    // Canceled, or another attempt has it: nothing is left to do here.
    const reason: unknown = state.signal.aborted ? state.signal.reason : error
    if (reason instanceof ImportLostError || error instanceof ImportLostError) return
    if (signal.aborted) await releaseImport(ctx, claimed)
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    await failImport(ctx, claimed, 'The disk of the data directory is full: free some space and start the import again.')
  } finally {
    await state.end()
  }
}

async function run(ctx: Context, claimed: ClaimedImport, state: ImportState, folder: string): Promise<void> {
  const examples = new Spool<ParsedExample>(folder, 'examples')
  const objects = new Spool<ParsedObject>(folder, 'objects')
  const read = await readRecords(claimed.format, claimed.source, state, { examples, objects })
  await Promise.all([examples.end(), objects.end()])
  const exampleCount = Object.values(read.examples).reduce((sum, count) => sum + count, 0)
  if (exampleCount === 0) {
    await state.end()
    state.signal.throwIfAborted()
    return failImport(ctx, claimed, reasonOfFailure(read, state.counts.refusedCount))
  }
  const images = await storeImages(claimed.source.imageRoots, read.images, state)
  const digest = await versionDigest(images.rows, examples, objects)
  await state.flush()
  state.signal.throwIfAborted()
  state.begin('Writing', images.rows.length + exampleCount)
  await writeVersion(ctx, claimed, {
    digest,
    counts: {
      ...{ images: images.rows.length, missingImages: images.missing, orphanImages: images.orphans, imageBytes: images.bytes },
      examples: read.examples,
    },
    images: images.rows,
    examples: examples.batches(2000),
    objects: objects.batches(2000),
    final: state.counts,
    onWritten: (rows) => {
      state.signal.throwIfAborted()
      state.advance(rows)
    },
  })
}

function reasonOfFailure({ fileFaults }: ReadResult, refused: number): string {
  if (fileFaults.length > 0) return fileFaults.join('; ')
  return refused === 0 ? 'The files hold no records.' : `None of the ${refused} records could be taken: the list below says why.`
}
