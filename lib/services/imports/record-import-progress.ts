import type { ProblemSeverity } from '#lib/generated/prisma/enums'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { updateHeldImport, type ImportProgressCounts, type ImportRef } from './import-claim.ts'
import { newId } from './new-id.ts'
import { storable } from './storable.ts'

export interface ImportProgress extends ImportProgressCounts {
  phase: string
  done: number
  total: number | null
}

export interface FoundProblem {
  severity: ProblemSeverity
  code: string
  file: string
  place: string
  field: string | null
  reason: string
  raw: string | null
}

/** A busy server is no reason to lose an import. */
const transaction = { maxWait: 30_000, timeout: 30_000 }

/** Heartbeat, progress and the problems found since the last call. @throws ImportLostError when the attempt must stop */
export async function recordImportProgress(
  ctx: Context,
  ref: ImportRef,
  progress: ImportProgress,
  problems: FoundProblem[],
): Promise<void> {
  permitSystem(ctx)
  await ctx.db.$transaction(async (tx) => {
    await updateHeldImport(tx, ref, { ...progress, heartbeatAt: ctx.now() })
    // Ids rise with time: problems are listed in the order they were found.
    const rows = problems.map((problem) => ({ ...storable(problem), id: newId(), importId: ref.importId }))
    if (rows.length > 0) await tx.importProblem.createMany({ data: rows })
  }, transaction)
}
