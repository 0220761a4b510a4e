import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { updateHeldWork, type WorkRef } from '../work/work-claim.ts'
import type { CheckSummary } from './check-summary.ts'
import { createFindingTables, type NearPair } from './finding-tables.ts'
import { insertExampleFindings, insertImageFindings } from './insert-findings.ts'

/** What the job found by looking at pixels and texts; the rest is asked of the rows. */
export interface SeenByJob {
  pairs: NearPair[]
  /** Digests of images that could not be decoded. */
  unreadable: string[]
  summary: Omit<CheckSummary, 'counts'>
}

const transaction = { maxWait: 60_000, timeout: 3600_000 }

/** Writes all findings of a check and ends it, in one transaction. @throws WorkLostError when another attempt holds it */
export async function finishCheck(
  ctx: Context,
  ref: WorkRef,
  check: { versionId: string; against: string[] },
  seen: SeenByJob,
): Promise<void> {
  permitSystem(ctx)
  const { versionId, against } = check
  await ctx.db.$transaction(async (tx) => {
    await tx.$executeRaw`set local work_mem = '256MB'`
    await tx.checkFinding.deleteMany({ where: { checkId: ref.id } })
    await createFindingTables(tx, [versionId, ...against], seen.pairs, seen.unreadable)
    const finder = { tx, checkId: ref.id, versionId }
    await insertImageFindings(finder)
    await insertExampleFindings(finder)
    const found = await tx.checkFinding.groupBy({ by: ['code'], where: { checkId: ref.id }, _count: true })
    const counts = Object.fromEntries(found.map(({ code, _count }) => [code, _count]))
    await updateHeldWork(tx, ref, { status: 'succeeded', phase: '', error: null, finishedAt: ctx.now() })
    const summary: CheckSummary = { ...seen.summary, counts }
    await tx.datasetCheck.update({ where: { id: ref.id }, data: { summary } })
  }, transaction)
}
