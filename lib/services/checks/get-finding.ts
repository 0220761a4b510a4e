import { z } from 'zod'
import { notFound } from '#lib/errors'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { findingFields, toFindingViews, type FindingView } from './finding-view.ts'

export const GetFindingInput = z.strictObject({ id: z.uuid() })

export interface FindingDetail extends FindingView {
  check: { id: string; versionId: string; number: number; datasetId: string }
  /** Its place among the findings of its kind, from 1. */
  place: number
  total: number
  previousId: string | null
  nextId: string | null
}

/** One finding, with its neighbours of the same kind. */
export async function getFinding(ctx: Context, input: z.input<typeof GetFindingInput>): Promise<FindingDetail> {
  permit(ctx, 'viewer')
  const { id } = parseInput(GetFindingInput, input)
  const row = await ctx.db.checkFinding.findUnique({
    where: { id },
    select: {
      ...findingFields,
      checkId: true,
      check: { select: { versionId: true, version: { select: { number: true, datasetId: true } } } },
    },
  })
  if (!row) throw notFound('The finding')
  const same = { checkId: row.checkId, code: row.code }
  const [place, total, previous, next, [view]] = await Promise.all([
    ctx.db.checkFinding.count({ where: { ...same, id: { lte: id } } }),
    ctx.db.checkFinding.count({ where: same }),
    ctx.db.checkFinding.findFirst({ where: { ...same, id: { lt: id } }, orderBy: { id: 'desc' }, select: { id: true } }),
    ctx.db.checkFinding.findFirst({ where: { ...same, id: { gt: id } }, orderBy: { id: 'asc' }, select: { id: true } }),
    toFindingViews(ctx.db, [row]),
  ])
  if (!view) throw notFound('The finding')
  const { versionId, version } = row.check
  return {
    ...view,
    check: { id: row.checkId, versionId, number: version.number, datasetId: version.datasetId },
    ...{ place, total, previousId: previous?.id ?? null, nextId: next?.id ?? null },
  }
}
