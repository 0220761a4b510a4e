import { z } from 'zod'
import type { Prisma } from '#lib/generated/prisma/client'
import type { FieldValue } from '../ablations/field-catalog.ts'
import { cellLabel, StoredFactorValues } from '../ablations/stored-ablation.ts'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { inStageOrder, progressOf, stageViewSelect, stateOf, toStageView } from './run-view.ts'
import type { RunStageView, Status } from './run-view.ts'

export const ListRunsInput = z.strictObject({
  limit: z.int().min(1).max(200).default(100),
  cursor: z.uuid().nullish(),
  ablationId: z.uuid().optional(),
  state: z.enum(['queued', 'running', 'succeeded', 'failed', 'canceled']).optional(),
})
export type ListRunsInput = z.input<typeof ListRunsInput>

export interface RunListItem {
  id: string
  ablation: { id: string; name: string }
  label: string
  factorValues: Record<string, FieldValue>
  seed: number
  preset: string
  createdAt: Date
  canceledAt: Date | null
  state: Status
  progress: number
  stages: RunStageView[]
}

/** Runs, newest ablation first, in the order of its grid. */
export async function listRuns(ctx: Context, input: ListRunsInput = {}): Promise<{ runs: RunListItem[]; nextCursor: string | null }> {
  permit(ctx, 'viewer')
  const { limit, cursor, ablationId, state } = parseInput(ListRunsInput, input)
  const found = await ctx.db.run.findMany({
    where: { ...(ablationId ? { ablationId } : {}), ...(state ? whereState(state) : {}) },
    orderBy: [{ ablation: { createdAt: 'desc' } }, { ablationId: 'desc' }, { createdAt: 'asc' }, { id: 'asc' }],
    take: limit + 1,
    ...(cursor ? { cursor: { id: cursor }, skip: 1 } : {}),
    include: { ablation: { select: { id: true, name: true, preset: true } }, stages: { select: { stage: { select: stageViewSelect } } } },
  })
  const runs = found.slice(0, limit).map(({ id, ablation, factorValues, seed, createdAt, canceledAt, stages: links }): RunListItem => {
    const stages = inStageOrder(links.map(({ stage }) => toStageView(stage)))
    const values = StoredFactorValues.parse(factorValues)
    return {
      id,
      ablation: { id: ablation.id, name: ablation.name },
      label: cellLabel(values),
      factorValues: values,
      seed,
      preset: ablation.preset,
      createdAt,
      canceledAt,
      state: stateOf(stages, canceledAt),
      progress: progressOf(stages),
      stages,
    }
  })
  return { runs, nextCursor: found.length > limit ? (runs.at(-1)?.id ?? null) : null }
}

/** `stateOf` as a condition: the order of its rules decides. */
function whereState(state: Status): Prisma.RunWhereInput {
  const has = (status: Status): Prisma.RunWhereInput => ({ stages: { some: { stage: { status } } } })
  const done: Prisma.RunWhereInput = { stages: { every: { stage: { status: 'succeeded' } } } }
  const rest: Prisma.RunWhereInput = { NOT: [done], canceledAt: null }
  switch (state) {
    case 'succeeded':
      return done
    case 'running':
      return { AND: [rest, has('running')] }
    case 'queued':
      return { AND: [rest, { NOT: has('running') }, has('queued')] }
    case 'failed':
      return { AND: [rest, { NOT: [has('running')] }, { NOT: [has('queued')] }, has('failed')] }
    case 'canceled':
      return {
        AND: [{ NOT: [done] }, { OR: [{ canceledAt: { not: null } }, { NOT: { OR: [has('running'), has('queued'), has('failed')] } }] }],
      }
  }
}
