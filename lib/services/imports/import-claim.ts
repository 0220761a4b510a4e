import type { Tx } from '#lib/db'
import { announce } from '#lib/events'
import type { Prisma } from '#lib/generated/prisma/client'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { ImportSource } from './create-import-input.ts'
import type { ImportFormat } from './format-catalog.ts'

/** Names an attempt at an import: what an older attempt writes is refused. */
export interface ImportRef {
  importId: string
  datasetId: string
  fence: number
}

export interface ClaimedImport extends ImportRef {
  format: ImportFormat
  source: ImportSource
}

/** Records taken and set aside, and warnings. */
export interface ImportProgressCounts {
  takenCount: number
  warningCount: number
  refusedCount: number
}

/** The attempt no longer holds its import: another one took it over, or it was canceled. */
export class ImportLostError extends Error {
  constructor({ importId, fence }: ImportRef) {
    super(`attempt ${fence} no longer holds import ${importId}`)
    this.name = 'ImportLostError'
  }
}

/** Takes an import over, also from an attempt that died. Null when there is nothing left to do. */
export async function claimImport(ctx: Context, importId: string): Promise<ClaimedImport | null> {
  permitSystem(ctx)
  return ctx.db.$transaction(async (tx) => {
    const [claimed] = await tx.import.updateManyAndReturn({
      where: { id: importId, status: { in: ['queued', 'running'] } },
      data: {
        ...{ status: 'running', fence: { increment: 1 }, startedAt: ctx.now(), heartbeatAt: ctx.now(), phase: 'Starting', error: null },
        ...{ done: 0, total: null, takenCount: 0, warningCount: 0, refusedCount: 0 },
      },
      select: { datasetId: true, fence: true, format: true, source: true },
    })
    if (!claimed) return null
    await announce(tx, [`import:${importId}`, `dataset:${claimed.datasetId}`])
    const { datasetId, fence, format } = claimed
    return { importId, datasetId, fence, format: format as ImportFormat, source: ImportSource.parse(claimed.source) }
  })
}

/** Changes the import if this attempt still holds it; the row stays locked for the caller's transaction. */
export async function updateHeldImport(tx: Tx, ref: ImportRef, data: Prisma.ImportUncheckedUpdateManyInput): Promise<void> {
  const held = { id: ref.importId, fence: ref.fence, status: 'running' as const }
  const { count } = await tx.import.updateMany({ where: held, data })
  if (count === 0) throw new ImportLostError(ref)
  await announce(tx, [`import:${ref.importId}`, `dataset:${ref.datasetId}`])
}

/** @throws ImportLostError unless this attempt still holds the import; nothing stays locked */
export async function checkHeldImport(tx: Tx, ref: ImportRef): Promise<void> {
  const held = await tx.import.count({ where: { id: ref.importId, fence: ref.fence, status: 'running' } })
  if (held === 0) throw new ImportLostError(ref)
}

/** Puts an import back that a stopping worker holds: the next worker need not wait until it has been silent. */
export async function releaseImport(ctx: Context, ref: ImportRef): Promise<void> {
  permitSystem(ctx)
  await ctx.db.$transaction(async (tx) => {
    await updateHeldImport(tx, ref, { status: 'queued', phase: 'Waiting for a worker', heartbeatAt: null })
  })
}
