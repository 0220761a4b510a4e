import { z } from 'zod'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { findingCodes } from './finding-catalog.ts'
import { findingFields, toFindingViews, type FindingView } from './finding-view.ts'

export const ListFindingsInput = z.strictObject({
  checkId: z.uuid(),
  code: z.string().max(100).optional(),
  limit: z.int().min(1).max(200).default(50),
  /** The last finding of the page before; with `code` alone. */
  cursor: z.uuid().nullish(),
})

const order = findingCodes.map(({ code }) => code as string)

/** Findings of a check: of one kind in the order of the images, the nearest first; or the first of all kinds, the gravest first. */
export async function listFindings(
  ctx: Context,
  input: z.input<typeof ListFindingsInput>,
): Promise<{ findings: FindingView[]; total: number; nextCursor: string | null }> {
  permit(ctx, 'viewer')
  const { checkId, code, limit, cursor } = parseInput(ListFindingsInput, input)
  const where = { checkId, ...(code ? { code } : {}) }
  const [total, rows] = await Promise.all([
    ctx.db.checkFinding.count({ where }),
    ctx.db.checkFinding.findMany({
      where: { ...where, ...(cursor ? { id: { gt: cursor } } : {}) },
      orderBy: { id: 'asc' },
      take: limit + 1,
      select: findingFields,
    }),
  ])
  const shown = rows.slice(0, limit)
  if (!code) shown.sort((a, b) => order.indexOf(a.code) - order.indexOf(b.code) || (a.id < b.id ? -1 : 1))
  return {
    findings: await toFindingViews(ctx.db, shown),
    total,
    nextCursor: rows.length > limit ? (rows[limit - 1]?.id ?? null) : null,
  }
}
