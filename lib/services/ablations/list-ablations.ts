import { z } from 'zod'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { stateOf } from '../runs/run-view.ts'
import type { Status } from '../runs/run-view.ts'
import type { FieldValue } from './field-catalog.ts'
import { describeFactors } from './stored-ablation.ts'

export const ListAblationsInput = z.strictObject({
  limit: z.int().min(1).max(100).default(50),
  /** The `nextCursor` of the page before. */
  cursor: z.uuid().nullish(),
})
export type ListAblationsInput = z.input<typeof ListAblationsInput>

export interface AblationListItem {
  id: string
  name: string
  createdAt: Date
  createdBy: string | null
  preset: string
  state: Status
  stagesDone: number
  stagesTotal: number
  runCount: number
  factors: { field: string; label: string; values: FieldValue[] }[]
}

/** Ablations, newest first. */
export async function listAblations(
  ctx: Context,
  input: ListAblationsInput = {},
): Promise<{ ablations: AblationListItem[]; nextCursor: string | null }> {
  permit(ctx, 'viewer')
  const { limit, cursor } = parseInput(ListAblationsInput, input)
  const found = await ctx.db.ablation.findMany({
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
    ...(cursor ? { cursor: { id: cursor }, skip: 1 } : {}),
    include: { createdBy: { select: { name: true } }, _count: { select: { runs: true } } },
  })
  const page = found.slice(0, limit)
  const stages = await ctx.db.stage.findMany({
    where: { runs: { some: { run: { ablationId: { in: page.map(({ id }) => id) } } } } },
    select: { id: true, status: true, runs: { select: { run: { select: { ablationId: true } } } } },
  })
  const ablations = page.map(({ id, name, createdAt, createdBy, preset, factors, canceledAt, _count }): AblationListItem => {
    const own = stages.filter(({ runs }) => runs.some(({ run }) => run.ablationId === id))
    const stagesDone = own.filter(({ status }) => status === 'succeeded').length
    return {
      id,
      name,
      createdAt,
      createdBy: createdBy?.name ?? null,
      preset,
      state: stateOf(own, canceledAt),
      stagesDone,
      stagesTotal: own.length,
      runCount: _count.runs,
      factors: describeFactors(factors),
    }
  })
  return { ablations, nextCursor: found.length > limit ? (page.at(-1)?.id ?? null) : null }
}
