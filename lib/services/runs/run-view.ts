import type { StageKind } from '#lib/soho/config'
import type { Prisma } from '#lib/generated/prisma/client'
import type { Status } from '#lib/generated/prisma/enums'
import { stageKinds } from '#lib/soho/config'
import { fromDbKind } from '../stages/stage-kind.ts'

export type { Status }

/** A stage as a run shows it. */
export interface RunStageView {
  kind: StageKind
  stageId: string
  status: Status
  step: number
  stepsTotal: number | null
  /** 0..1 */
  progress: number
  itemsPerSecond: number | null
  /** Runs that share this stage. */
  runCount: number
  failure: string | null
}

export const stageViewSelect = {
  id: true,
  kind: true,
  status: true,
  step: true,
  stepsTotal: true,
  itemsPerSecond: true,
  failure: true,
  cancelRequestedAt: true,
  _count: { select: { runs: true } },
} satisfies Prisma.StageSelect
type StageRow = Prisma.StageGetPayload<{ select: typeof stageViewSelect }>

export function toStageView(stage: StageRow): RunStageView {
  const { id, status, step, stepsTotal, itemsPerSecond, _count } = stage
  return {
    kind: fromDbKind(stage.kind),
    stageId: id,
    status,
    step,
    stepsTotal,
    progress: stageProgress(stage),
    itemsPerSecond: status === 'running' ? itemsPerSecond : null,
    runCount: _count.runs,
    failure: failureText(stage.failure),
  }
}

export function stageProgress({ status, step, stepsTotal }: { status: Status; step: number; stepsTotal: number | null }): number {
  if (status === 'succeeded') return 1
  // Evaluation follows the last step: the bar is full only when its scores are there.
  return stepsTotal === null || stepsTotal === 0 ? 0 : Math.min(0.99, step / stepsTotal)
}

/** What went wrong, in a sentence; null when nothing did. */
export function failureText(failure: Prisma.JsonValue): string | null {
  if (failure === null || typeof failure !== 'object' || Array.isArray(failure)) return null
  return typeof failure['reason'] === 'string' ? failure['reason'] : null
}

/** Pre-training first, then the tasks in their own order. */
export function inStageOrder<V extends { kind: StageKind }>(stages: V[]): V[] {
  return stages.toSorted((a, b) => stageKinds.indexOf(a.kind) - stageKinds.indexOf(b.kind))
}

/** The state of a run or an ablation, from its stages. */
export function stateOf(stages: readonly { status: Status }[], canceledAt: Date | null): Status {
  const has = (status: Status) => stages.some((stage) => stage.status === status)
  if (stages.every(({ status }) => status === 'succeeded')) return 'succeeded'
  if (canceledAt !== null) return 'canceled'
  if (has('running')) return 'running'
  if (has('queued')) return 'queued'
  return has('failed') ? 'failed' : 'canceled'
}

/** Mean progress of stages that count alike. */
export function progressOf(stages: readonly RunStageView[]): number {
  return stages.length === 0 ? 0 : stages.reduce((sum, { progress }) => sum + progress, 0) / stages.length
}
