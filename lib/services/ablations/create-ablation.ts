import type { Tx } from '#lib/db'
import { announce } from '#lib/events'
import { actorId, audit, permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { checkInitial } from '../weights/check-initial.ts'
import { predictStages } from '../stages/predict-stages.ts'
import { toDbKind } from '../stages/stage-kind.ts'
import { CreateAblationInput } from './create-ablation-input.ts'
import { answerLeaks } from './answer-leaks.ts'
import { configurationsOf, planAblation } from './plan-ablation.ts'
import type { AblationPlan } from './plan-ablation.ts'
import { provideStages } from './provide-stages.ts'
import { quickestTaskFirst } from './quickest-task-first.ts'
import { readPlanDatasets } from './read-plan-datasets.ts'

/** Launches an ablation: its runs, the stages they need and their jobs exist together, or not at all. */
export async function createAblation(ctx: Context, input: unknown): Promise<{ id: string }> {
  permit(ctx, 'editor')
  const wanted = parseInput(CreateAblationInput, input)
  return ctx.db.$transaction(
    async (tx) => {
      const datasets = await readPlanDatasets(tx, wanted.datasets)
      const plan = planAblation(wanted, datasets)
      await checkInitial(tx, wanted, configurationsOf(plan))
      const leakAnswer = await answerLeaks(ctx, tx, wanted, datasets)
      const ablation = await tx.ablation.create({
        data: {
          name: wanted.name,
          description: wanted.description,
          preset: wanted.preset,
          baseConfiguration: plan.baseConfiguration,
          factors: wanted.factors,
          seeds: wanted.seeds,
          datasets: Object.fromEntries(Object.entries(datasets).map(([kind, { versionId }]) => [kind, versionId])),
          ...(leakAnswer ? { leakAnswer: { ...leakAnswer } } : {}),
          createdAt: ctx.now(),
          createdById: actorId(ctx),
        },
        select: { id: true },
      })
      const predicted = await predictStages(tx, plan.stages)
      const seconds = predicted.map((prediction) => prediction?.seconds ?? null)
      const ids = await provideStages(ctx, tx, quickestTaskFirst(plan.stages, seconds))
      await createRuns(ctx, tx, ablation.id, plan, ids)
      await audit(tx, ctx, { action: 'ablation.create', subjectType: 'ablation', subjectId: ablation.id, detail: { name: wanted.name } })
      await announce(tx, [`ablation:${ablation.id}`, 'ablations', 'queue'])
      return ablation
    },
    { timeout: 60_000 },
  )
}

async function createRuns(ctx: Context, tx: Tx, ablationId: string, plan: AblationPlan, ids: Map<string, string>): Promise<void> {
  const now = ctx.now().getTime()
  const runs = await tx.run.createManyAndReturn({
    data: plan.runs.map(({ cellIndex, seed, factorValues, configuration }, i) => ({
      ablationId,
      cellIndex,
      seed,
      factorValues,
      configuration,
      createdAt: new Date(now + i),
    })),
    select: { id: true, cellIndex: true, seed: true },
  })
  const idOf = new Map(runs.map(({ id, cellIndex, seed }) => [`${cellIndex} ${seed}`, id]))
  await tx.runStage.createMany({
    data: plan.runs.flatMap(({ cellIndex, seed, stages }) =>
      stages.map(({ kind, digest }) => ({
        runId: idOf.get(`${cellIndex} ${seed}`) as string,
        kind: toDbKind(kind),
        stageId: ids.get(digest) as string,
      })),
    ),
  })
}
