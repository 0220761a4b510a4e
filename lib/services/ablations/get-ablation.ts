import { z } from 'zod'
import { notFound } from '#lib/errors'
import { stageKinds } from '#lib/soho/config'
import type { StageKind } from '#lib/soho/config'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { readScores } from '../evaluations/score-key.ts'
import type { ScoreMap } from '../evaluations/score-key.ts'
import { parseInput } from '../parse-input.ts'
import { inStageOrder, progressOf, stageViewSelect, stateOf, toStageView } from '../runs/run-view.ts'
import type { RunStageView, Status } from '../runs/run-view.ts'
import { etaSeconds } from '../stages/eta-seconds.ts'
import type { FieldValue } from './field-catalog.ts'
import { cellLabel, describeFactors, StoredDatasets, StoredFactorValues, StoredLeakAnswer } from './stored-ablation.ts'

export const GetAblationInput = z.strictObject({ id: z.uuid() })
export type GetAblationInput = z.infer<typeof GetAblationInput>

export interface AblationRun {
  id: string
  seed: number
  state: Status
  stages: RunStageView[]
  scores: ScoreMap
}

export interface AblationCell {
  index: number
  /** `off`, `64`, `64 · lr 0.001` */
  label: string
  factorValues: Record<string, FieldValue>
  /** By seed, in the order of the launch. */
  runs: AblationRun[]
}

export interface AblationDetail {
  id: string
  name: string
  description: string
  preset: string
  createdAt: Date
  createdBy: string | null
  canceledAt: Date | null
  factors: { field: string; label: string; values: FieldValue[] }[]
  seeds: number[]
  datasets: { kind: StageKind; versionId: string; name: string; number: number }[]
  /** Null: no test image was known in the pre-training data. */
  leakAnswer: StoredLeakAnswer | null
  state: Status
  /** Shared stages count once. */
  stagesDone: number
  stagesTotal: number
  progress: number
  etaSeconds: number | null
  stageKinds: StageKind[]
  cells: AblationCell[]
}

/** An ablation with every cell, run, stage and score. */
export async function getAblation(ctx: Context, input: GetAblationInput): Promise<AblationDetail> {
  permit(ctx, 'viewer')
  const { id } = parseInput(GetAblationInput, input)
  const ablation = await ctx.db.ablation.findUnique({
    where: { id },
    include: {
      createdBy: { select: { name: true } },
      runs: {
        orderBy: [{ cellIndex: 'asc' }, { createdAt: 'asc' }],
        include: { stages: { select: { stage: { select: stageViewSelect } } } },
      },
    },
  })
  if (!ablation) throw notFound('The ablation')
  const views = new Map(ablation.runs.flatMap(({ stages }) => stages.map(({ stage }) => [stage.id, toStageView(stage)] as const)))
  const scores = await readScores(ctx.db, [...views.keys()])
  const all = [...views.values()]
  const { name, description, preset, createdAt, canceledAt, seeds } = ablation
  return {
    id,
    name,
    description,
    preset,
    createdAt,
    createdBy: ablation.createdBy?.name ?? null,
    canceledAt,
    factors: describeFactors(ablation.factors),
    seeds,
    datasets: await readDatasets(ctx, ablation.datasets),
    leakAnswer: ablation.leakAnswer === null ? null : StoredLeakAnswer.parse(ablation.leakAnswer),
    state: stateOf(all, canceledAt),
    stagesDone: all.filter(({ status }) => status === 'succeeded').length,
    stagesTotal: all.length,
    progress: progressOf(all),
    etaSeconds: await etaSeconds(ctx, [...views.keys()]),
    stageKinds: stageKinds.filter((kind) => all.some((view) => view.kind === kind)),
    cells: toCells(ablation.runs, views, scores),
  }
}

interface RunRow {
  id: string
  cellIndex: number
  factorValues: unknown
  seed: number
  canceledAt: Date | null
  stages: { stage: { id: string } }[]
}

function toCells(runs: RunRow[], views: Map<string, RunStageView>, scores: Map<string, ScoreMap>): AblationCell[] {
  const cells = new Map<number, AblationCell>()
  for (const { id, cellIndex, factorValues, seed, canceledAt, stages: links } of runs) {
    const values = StoredFactorValues.parse(factorValues)
    const cell = cells.get(cellIndex) ?? { index: cellIndex, label: cellLabel(values), factorValues: values, runs: [] }
    const stages = inStageOrder(links.map(({ stage }) => views.get(stage.id) as RunStageView))
    const own = Object.assign({}, ...stages.map(({ stageId }) => scores.get(stageId) ?? {})) as ScoreMap
    cell.runs.push({ id, seed, state: stateOf(stages, canceledAt), stages, scores: own })
    cells.set(cellIndex, cell)
  }
  return [...cells.values()]
}

async function readDatasets(ctx: Context, stored: unknown): Promise<AblationDetail['datasets']> {
  const chosen = StoredDatasets.parse(stored)
  const versions = await ctx.db.datasetVersion.findMany({
    where: { id: { in: Object.values(chosen) } },
    select: { id: true, number: true, dataset: { select: { name: true } } },
  })
  return stageKinds.flatMap((kind) => {
    const version = versions.find(({ id }) => id === chosen[kind])
    return version ? [{ kind, versionId: version.id, name: version.dataset.name, number: version.number }] : []
  })
}
