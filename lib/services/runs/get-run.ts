import { z } from 'zod'
import { notFound } from '#lib/errors'
import type { Prisma } from '#lib/generated/prisma/client'
import { Configuration } from '#lib/soho/config'
import type { StageKind } from '#lib/soho/config'
import type { FieldValue } from '../ablations/field-catalog.ts'
import { cellLabel, StoredFactorValues } from '../ablations/stored-ablation.ts'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { etaSeconds } from '../stages/eta-seconds.ts'
import { fromDbKind } from '../stages/stage-kind.ts'
import { inStageOrder, progressOf, stageViewSelect, stateOf, toStageView } from './run-view.ts'
import type { RunStageView, Status } from './run-view.ts'

export const GetRunInput = z.strictObject({ id: z.uuid() })
export type GetRunInput = z.infer<typeof GetRunInput>

export interface RunAttempt {
  number: number
  status: Status
  worker: string
  startedAt: Date
  finishedAt: Date | null
  resumedFromStep: number
  reason: string | null
}

export interface RunStageDetail extends RunStageView {
  startedAt: Date | null
  finishedAt: Date | null
  attempts: RunAttempt[]
  checkpoint: { step: number; at: Date; sizeBytes: number } | null
  dataset: { name: string; number: number }
  /** Set while a running stage is being canceled. */
  cancelRequestedAt: Date | null
  /** Of a failed stage: the step and the statistics it failed with. */
  failureDetail: Record<string, unknown> | null
}

export interface RunEvaluation {
  kind: StageKind
  split: string
  exampleCount: number
  scores: { name: string; value: number | null }[]
}

export interface RunDetail {
  id: string
  ablation: { id: string; name: string }
  label: string
  seed: number
  factorValues: Record<string, FieldValue>
  configuration: Configuration
  preset: string
  createdAt: Date
  canceledAt: Date | null
  state: Status
  progress: number
  etaSeconds: number | null
  stages: RunStageDetail[]
  evaluations: RunEvaluation[]
}

const detailSelect = {
  ...stageViewSelect,
  startedAt: true,
  finishedAt: true,
  datasetVersionId: true,
  attempts: { orderBy: { number: 'asc' }, include: { worker: { select: { name: true } } } },
  checkpoints: { orderBy: { step: 'desc' }, take: 1 },
  evaluations: { orderBy: { split: 'asc' }, include: { scores: { orderBy: { name: 'asc' } } } },
} satisfies Prisma.StageSelect
type DetailRow = Prisma.StageGetPayload<{ select: typeof detailSelect }>

/** One run with its stages, their attempts and every score. */
export async function getRun(ctx: Context, input: GetRunInput): Promise<RunDetail> {
  permit(ctx, 'viewer')
  const { id } = parseInput(GetRunInput, input)
  const run = await ctx.db.run.findUnique({
    where: { id },
    include: { ablation: { select: { id: true, name: true, preset: true } }, stages: { select: { stage: { select: detailSelect } } } },
  })
  if (!run) throw notFound('The run')
  const rows = run.stages.map(({ stage }) => stage)
  const versions = await ctx.db.datasetVersion.findMany({
    where: { id: { in: rows.map(({ datasetVersionId }) => datasetVersionId) } },
    select: { id: true, number: true, dataset: { select: { name: true } } },
  })
  const names = new Map(versions.map(({ id, number, dataset }) => [id, { name: dataset.name, number }]))
  const stages = inStageOrder(
    rows.map((row) => toStageDetail(row, names.get(row.datasetVersionId) ?? { name: 'deleted dataset', number: 0 })),
  )
  const factorValues = StoredFactorValues.parse(run.factorValues)
  return {
    id,
    ablation: { id: run.ablation.id, name: run.ablation.name },
    label: cellLabel(factorValues),
    seed: run.seed,
    factorValues,
    configuration: Configuration.parse(run.configuration),
    preset: run.ablation.preset,
    createdAt: run.createdAt,
    canceledAt: run.canceledAt,
    state: stateOf(stages, run.canceledAt),
    progress: progressOf(stages),
    etaSeconds: await etaSeconds(
      ctx,
      stages.map(({ stageId }) => stageId),
    ),
    stages,
    evaluations: stages.flatMap(({ stageId }) => evaluationsOf(rows.find((row) => row.id === stageId) as DetailRow)),
  }
}

function toStageDetail(row: DetailRow, dataset: RunStageDetail['dataset']): RunStageDetail {
  const [checkpoint] = row.checkpoints
  return {
    ...toStageView(row),
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    cancelRequestedAt: row.status === 'running' ? row.cancelRequestedAt : null,
    failureDetail: row.failure !== null && typeof row.failure === 'object' && !Array.isArray(row.failure) ? row.failure : null,
    attempts: row.attempts.map(({ number, status, worker, startedAt, finishedAt, resumedFromStep, reason }) => ({
      number,
      status,
      worker: worker.name,
      startedAt,
      finishedAt,
      resumedFromStep,
      reason,
    })),
    checkpoint: checkpoint ? { step: checkpoint.step, at: checkpoint.createdAt, sizeBytes: Number(checkpoint.sizeBytes) } : null,
    dataset,
  }
}

function evaluationsOf({ kind, evaluations }: DetailRow): RunEvaluation[] {
  return evaluations.map(({ split, exampleCount, scores }) => ({
    kind: fromDbKind(kind),
    split,
    exampleCount,
    scores: scores.map(({ name, value }) => ({ name, value })),
  }))
}
