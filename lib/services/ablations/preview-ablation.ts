import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { CreateAblationInput } from './create-ablation-input.ts'
import type { FieldValue } from './field-catalog.ts'
import { planAblation } from './plan-ablation.ts'
import { readPlanDatasets } from './read-plan-datasets.ts'

export interface AblationPreview {
  cells: { label: string; factorValues: Record<string, FieldValue>; runCount: number }[]
  runCount: number
  /** Stages without sharing: what the runs would need if each ran alone. */
  stageCount: number
  /** Of these, how many fall away because runs of this ablation agree on them. */
  sharedStageCount: number
  /** Of the rest, how many have succeeded already. */
  reusedStageCount: number
  /** Wall-clock seconds with the trainers that are alive now; null where nothing is known. */
  predictedSeconds: number | null
  /** Where the prediction comes from, or why there is none. */
  predictedBasis: string
  diskBytes: number | null
  warnings: string[]
}

/** What a launch would do: the grid, the runs, what they share, and how long it would take. Changes nothing. */
export async function previewAblation(ctx: Context, input: unknown): Promise<AblationPreview> {
  permit(ctx, 'viewer')
  const wanted = parseInput(CreateAblationInput, input)
  const datasets = await readPlanDatasets(ctx.db, wanted.datasets)
  const plan = planAblation(wanted, datasets)
  const known = await ctx.db.stage.findMany({
    where: { digest: { in: plan.stages.map(({ digest }) => digest) }, status: 'succeeded' },
    select: { digest: true },
  })
  const stageCount = plan.runs.reduce((sum, { stages }) => sum + stages.length, 0)
  return {
    cells: plan.cells.map(({ label, factorValues }) => ({ label, factorValues, runCount: wanted.seeds.length })),
    runCount: plan.runs.length,
    stageCount,
    sharedStageCount: stageCount - plan.stages.length,
    reusedStageCount: known.length,
    predictedSeconds: null,
    predictedBasis: 'No stage of this configuration has run yet.',
    diskBytes: null,
    warnings: [],
  }
}
