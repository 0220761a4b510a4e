import { artifactSize } from '#lib/artifacts'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { countTrainers } from '../stages/eta-seconds.ts'
import { predictStages } from '../stages/predict-stages.ts'
import { scheduleStages } from '../stages/schedule.ts'
import { toDbKind } from '../stages/stage-kind.ts'
import { checkInitial } from '../weights/check-initial.ts'
import { CreateAblationInput } from './create-ablation-input.ts'
import type { FieldValue } from './field-catalog.ts'
import { findLeaks, leakWarnings } from './find-leaks.ts'
import type { Leak } from './find-leaks.ts'
import { launchWarnings } from './launch-warnings.ts'
import { configurationsOf, planAblation } from './plan-ablation.ts'
import type { PlannedStage } from './plan-ablation.ts'
import { memoryWarnings, previewMemory } from './preview-memory.ts'
import type { MemoryPreview } from './preview-memory.ts'
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
  /** What a trainer needs at its peak, and the largest batches that fit. */
  memory: MemoryPreview
  /** Held-out images of tasks in the pre-training data; with test images among them, a launch must say why. */
  leaks: Leak[]
  warnings: string[]
}

/** What a launch would do: the grid, the runs, what they share, and how long it would take. Changes nothing. */
export async function previewAblation(ctx: Context, input: unknown): Promise<AblationPreview> {
  permit(ctx, 'viewer')
  const wanted = parseInput(CreateAblationInput, input)
  const datasets = await readPlanDatasets(ctx.db, wanted.datasets)
  const plan = planAblation(wanted, datasets)
  await checkInitial(ctx.db, wanted, configurationsOf(plan))
  const known = await ctx.db.stage.findMany({
    where: { digest: { in: plan.stages.map(({ digest }) => digest) }, status: 'succeeded' },
    select: { digest: true },
  })
  const done = new Set(known.map(({ digest }) => digest))
  const missing = plan.stages.filter(({ digest }) => !done.has(digest))
  const memory = await previewMemory(ctx, configurationsOf(plan), datasets)
  const leaks = await findLeaks(ctx.db, datasets)
  const stageCount = plan.runs.reduce((sum, { stages }) => sum + stages.length, 0)
  return {
    cells: plan.cells.map(({ label, factorValues }) => ({ label, factorValues, runCount: wanted.seeds.length })),
    runCount: plan.runs.length,
    stageCount,
    sharedStageCount: stageCount - plan.stages.length,
    reusedStageCount: known.length,
    ...(await predictTime(ctx, missing)),
    diskBytes: await predictDisk(ctx, missing),
    memory,
    leaks,
    warnings: [...leakWarnings(leaks), ...memoryWarnings(memory), ...launchWarnings(wanted, plan, datasets)],
  }
}

async function predictTime(ctx: Context, missing: PlannedStage[]): Promise<Pick<AblationPreview, 'predictedSeconds' | 'predictedBasis'>> {
  if (missing.length === 0)
    return { predictedSeconds: 0, predictedBasis: 'Every stage has finished already: the results are there at once.' }
  const predicted = await predictStages(ctx.db, missing)
  if (predicted.some((prediction) => prediction === null))
    return {
      predictedSeconds: null,
      predictedBasis: 'No stage of such a configuration has finished yet, so that nothing is known about its time.',
    }
  const trainers = await countTrainers(ctx.db, ctx.now())
  const scheduled = missing.map((stage, i) => ({
    id: stage.digest,
    upstreamId: stage.upstreamDigest,
    isTask: stage.kind !== 'pretrain',
    seconds: predicted[i]?.seconds ?? 0,
  }))
  const bases = new Set(predicted.map((prediction) => prediction?.basis))
  const source = bases.has('table')
    ? 'From measurements of the preset tiny on one CPU thread'
    : bases.has('similar')
      ? 'From finished stages like these, scaled to data and epochs'
      : 'From finished stages of the same configuration'
  return {
    predictedSeconds: Math.max(...scheduleStages(scheduled, trainers).values()),
    predictedBasis: `${source}; with ${trainers} ${trainers === 1 ? 'trainer' : 'trainers'} and nothing else in the queue.`,
  }
}

/** Final weights as large as those of finished stages of the same kind and preset; null while there is none to measure. */
async function predictDisk(ctx: Context, missing: PlannedStage[]): Promise<number | null> {
  if (missing.length === 0) return 0
  const sizes = new Map<string, number>()
  for (const stage of missing) {
    const like = `${stage.kind} ${JSON.stringify(stage.configuration.transformer)} ${stage.configuration.encoder.kind}`
    if (!sizes.has(like)) {
      const past = await ctx.db.stage.findFirst({
        where: {
          kind: toDbKind(stage.kind),
          weightsDigest: { not: null },
          configuration: { path: ['transformer'], equals: stage.configuration.transformer },
          AND: { configuration: { path: ['encoder', 'kind'], equals: stage.configuration.encoder.kind } },
        },
        select: { weightsDigest: true },
      })
      const size = past?.weightsDigest ? await artifactSize(past.weightsDigest) : null
      if (size === null) return null
      sizes.set(like, size)
    }
    sizes.set('total', (sizes.get('total') ?? 0) + (sizes.get(like) ?? 0))
  }
  return sizes.get('total') ?? null
}
