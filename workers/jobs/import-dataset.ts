import type { JobPayload } from '#lib/queue'
import type { Context } from '#lib/services/context'
import { contentDigest } from '#lib/services/imports/content-digest'
import { failImport } from '#lib/services/imports/fail-import'
import { claimImport, ImportLostError, releaseImport, type ClaimedImport } from '#lib/services/imports/import-claim'
import { chunksOf, countStaged, stagedExamples, stagedObjects } from '#lib/services/imports/staging/staged-content'
import { imageContent } from '#lib/services/imports/staging/found-images'
import { stagingTables, sweepStaging } from '#lib/services/imports/staging/staging-tables'
import { writeVersion, type VersionCounts } from '#lib/services/imports/write-version'
import { settleVersions } from '#lib/services/versions/settle-versions'
import { ImportState } from './import/import-state.ts'
import { judgeRecords } from './import/judge-records.ts'
import { readRecords, type ReadResult } from './import/read-records.ts'
import { storeImages } from './import/store-images.ts'

export interface ImportTools {
  ctx: Context
  signal: AbortSignal
  /** Told what the import begins with next. */
  onPhase?: (phase: string) => void
}

/**
 * Reads an import's files and images, and writes a new version of its dataset. Safe to deliver again: it goes on after the last file
 * that a dead attempt read whole, and a version is written whole at the end or not at all.
 * @throws what stopped it, when the worker stops or something is broken: the queue then delivers it again
 */
export async function importDataset(payload: JobPayload<'import-dataset'>, tools: ImportTools): Promise<void> {
  const { ctx, signal } = tools
  const claimed = await claimImport(ctx, payload.importId)
  if (!claimed) return
  const state = new ImportState(ctx, claimed, signal, tools.onPhase)
  try {
    await run(ctx, claimed, state)
  } catch (error) {
    // Canceled, or another attempt has it: nothing is left to do here.
    const reason: unknown = state.signal.aborted ? state.signal.reason : error
    if (reason instanceof ImportLostError || error instanceof ImportLostError) return
    if (signal.aborted) await releaseImport(ctx, claimed)
    if (!isDiskFull(error)) throw error
    await failImport(ctx, claimed, 'The disk is full: free some space and start the import again.')
  } finally {
    await state.end()
    await sweepStaging(ctx)
  }
}

async function run(ctx: Context, claimed: ClaimedImport, state: ImportState): Promise<void> {
  const read = await readRecords(ctx, claimed, state)
  await judgeRecords(ctx, claimed, read, state)
  const counts = await countExamples(ctx, claimed.importId)
  if (counts.total === 0) {
    await state.end()
    state.signal.throwIfAborted()
    return failImport(ctx, claimed, reasonOfFailure(read, state.counts.refusedCount))
  }
  const images = await storeImages(ctx, claimed, read.look, state)
  const tables = stagingTables(claimed.importId)
  const parts = read.files.map(({ staged }) => staged.part)
  const examples = await chunksOf(ctx.db, tables.examples, parts)
  const objects = await chunksOf(ctx.db, tables.objects, parts)
  // What was found is reported while the import is still under way.
  await state.flush()
  state.signal.throwIfAborted()
  const naming = new AbortController()
  const digest = contentDigest(ctx.db, {
    images: imageContent(ctx.db, tables),
    examples: examples.map((chunk) => stagedExamples(tables, chunk)),
    objects: objects.map((chunk) => stagedObjects(tables, chunk)),
    onChunk: () => AbortSignal.any([state.signal, naming.signal]).throwIfAborted(),
  })
  // Awaited by the writing, which goes on beside it.
  digest.catch(() => undefined)
  state.begin('Writing', images.total + counts.total)
  try {
    await writeVersion(ctx, claimed, {
      digest,
      counts: {
        ...{ images: images.total, missingImages: images.missing, orphanImages: images.orphans, imageBytes: images.bytes },
        ...{ examples: counts.examples, kinds: counts.kinds },
      },
      ...{ examples, objects, final: state.counts },
      onWritten: (written) => {
        state.signal.throwIfAborted()
        state.advance(written)
      },
    })
  } finally {
    // It reads the tables that are dropped next.
    naming.abort()
    await digest.catch(() => undefined)
  }
  await settleVersions(ctx)
}

async function countExamples(ctx: Context, importId: string) {
  const counts: Pick<VersionCounts, 'examples' | 'kinds'> & { total: number } = { examples: {}, kinds: {}, total: 0 }
  for (const { split, kind, count } of await countStaged(ctx.db, stagingTables(importId))) {
    counts.examples[split] = (counts.examples[split] ?? 0) + count
    counts.kinds[kind] = { ...counts.kinds[kind], [split]: count }
    counts.total += count
  }
  return counts
}

function reasonOfFailure({ files }: ReadResult, refused: number): string {
  const faults = files.flatMap(({ staged }) => staged.fileFaults)
  if (faults.length > 0) return faults.join('; ')
  return refused === 0 ? 'The files hold no records.' : `None of the ${refused} records could be taken: the list below says why.`
}

/** Here, or where PostgreSQL keeps its files. */
function isDiskFull(error: unknown): boolean {
  const { code, message = '' } = error as { code?: unknown; message?: string }
  return code === 'ENOSPC' || code === '53100' || message.includes('No space left on device')
}
