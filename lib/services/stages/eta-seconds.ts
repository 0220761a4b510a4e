import type { Db } from '#lib/db'
import { env } from '#lib/env'
import { Configuration } from '#lib/soho/config'
import type { Context } from '../context.ts'
import { stageProgress } from '../runs/run-view.ts'
import { predictStages } from './predict-stages.ts'
import { silenceMs } from './recover-stages.ts'
import { scheduleStages } from './schedule.ts'
import { fromDbKind } from './stage-kind.ts'

/** Stages ahead that are taken into account. */
const queueLimit = 500
/** From this progress on a stage's own speed says more than others do. */
const ownSpeedFrom = 0.05

/** Seconds until these stages are done, with the trainers that are alive and everything else that waits; null while nothing is known, or nobody works. */
export async function etaSeconds(ctx: Context, stageIds: readonly string[]): Promise<number | null> {
  const open = await ctx.db.stage.findMany({
    where: { status: { in: ['queued', 'running'] } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: queueLimit,
    select: {
      ...{
        id: true,
        kind: true,
        status: true,
        step: true,
        stepsTotal: true,
        upstreamId: true,
        configuration: true,
        datasetVersionId: true,
      },
      attempts: { orderBy: { number: 'desc' }, take: 1, select: { startedAt: true, resumedFromStep: true } },
    },
  })
  const own = open.filter(({ id }) => stageIds.includes(id))
  const trainers = await countLiveTrainers(ctx.db, ctx.now())
  if (own.length === 0 || trainers === 0) return null
  const toPredict = open.map(({ kind, configuration, datasetVersionId }) => ({
    kind: fromDbKind(kind),
    configuration: Configuration.parse(configuration),
    datasetVersionId,
  }))
  const predicted = await predictStages(ctx.db, toPredict)
  const now = ctx.now().getTime()
  const scheduled = open.map((stage, i) => ({
    id: stage.id,
    upstreamId: stage.upstreamId,
    isTask: stage.kind !== 'pretrain',
    isRunning: stage.status === 'running',
    seconds: remaining(stage, predicted[i]?.seconds ?? null, now),
  }))
  if (scheduled.some(({ seconds }) => seconds === null)) return null
  const ends = scheduleStages(
    scheduled.map((stage) => ({ ...stage, seconds: stage.seconds ?? 0 })),
    trainers,
  )
  return Math.max(...own.map(({ id }) => ends.get(id) ?? 0))
}

interface OpenStage {
  status: 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled'
  step: number
  stepsTotal: number | null
  attempts: { startedAt: Date; resumedFromStep: number }[]
}

function remaining(stage: OpenStage, predicted: number | null, now: number): number | null {
  const progress = stageProgress(stage)
  const [attempt] = stage.attempts
  const made = attempt && stage.stepsTotal ? (stage.step - attempt.resumedFromStep) / stage.stepsTotal : 0
  if (stage.status === 'running' && attempt && made > ownSpeedFrom)
    return ((now - attempt.startedAt.getTime()) / 1000) * ((1 - progress) / made)
  return predicted === null ? null : predicted * (1 - progress)
}

/** Trainers of the workers that are alive; without any, those that one worker here would have. */
export async function countTrainers(db: Db, now: Date): Promise<number> {
  return (await countLiveTrainers(db, now)) || Math.max(1, env().trainerSlots)
}

async function countLiveTrainers(db: Db, now: Date): Promise<number> {
  const alive = await db.worker.aggregate({
    where: { stoppedAt: null, heartbeatAt: { gte: new Date(now.getTime() - silenceMs) } },
    _sum: { slots: true },
  })
  return alive._sum.slots ?? 0
}
