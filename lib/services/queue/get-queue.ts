import type { Prisma } from '#lib/generated/prisma/client'
import type { StageKind } from '#lib/soho/config'
import { cellLabel, StoredFactorValues } from '../ablations/stored-ablation.ts'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { failureText, stageProgress } from '../runs/run-view.ts'
import type { Status } from '../runs/run-view.ts'
import { silenceMs } from '../stages/recover-stages.ts'
import { fromDbKind } from '../stages/stage-kind.ts'

/** A stage as the queue shows it: with the first run that needs it. */
export interface QueueStage {
  stageId: string
  kind: StageKind
  /** The run's cell and seed: `64 · seed 1`. */
  label: string
  runId: string | null
  ablationId: string | null
  ablationName: string | null
  status: Status
  progress: number
  itemsPerSecond: number | null
  /** Runs that share it. */
  runCount: number
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
  failure: string | null
}

export interface QueueWorker {
  id: string
  name: string
  hostname: string
  accelerator: string
  device: Record<string, unknown>
  slots: number
  state: 'alive' | 'silent' | 'stopped'
  startedAt: Date
  heartbeatAt: Date
  running: QueueStage[]
}

export interface QueueView {
  workers: QueueWorker[]
  /** In the order in which they will be taken. At most 200; `waitingTotal` counts all. */
  waiting: (QueueStage & { isReady: boolean })[]
  waitingTotal: number
  /** Ended last, newest first. */
  recent: QueueStage[]
}

const waitingLimit = 200
const recentLimit = 50
/** Workers that have stopped longer ago than this are no news. */
const stoppedShownMs = 10 * 60_000

const stageSelect = {
  id: true,
  kind: true,
  status: true,
  step: true,
  stepsTotal: true,
  itemsPerSecond: true,
  failure: true,
  createdAt: true,
  startedAt: true,
  finishedAt: true,
  upstream: { select: { status: true } },
  _count: { select: { runs: true } },
  runs: {
    take: 1,
    orderBy: { run: { createdAt: 'asc' } },
    select: { run: { select: { id: true, seed: true, factorValues: true, ablation: { select: { id: true, name: true } } } } },
  },
} satisfies Prisma.StageSelect
type StageRow = Prisma.StageGetPayload<{ select: typeof stageSelect }>

/** Workers with what they do, the stages that wait, and what ended last. */
export async function getQueue(ctx: Context): Promise<QueueView> {
  permit(ctx, 'viewer')
  const queued = { status: 'queued' } as const
  const [workers, waiting, waitingTotal, recent] = await Promise.all([
    readWorkers(ctx),
    ctx.db.stage.findMany({
      where: queued,
      orderBy: [{ priority: 'desc' }, { createdAt: 'asc' }],
      take: waitingLimit,
      select: stageSelect,
    }),
    ctx.db.stage.count({ where: queued }),
    ctx.db.stage.findMany({
      where: { finishedAt: { not: null } },
      orderBy: { finishedAt: 'desc' },
      take: recentLimit,
      select: stageSelect,
    }),
  ])
  const isReady = ({ upstream }: StageRow) => upstream === null || upstream.status === 'succeeded'
  const inOrder = waiting.map((row) => ({ ...toQueueStage(row), isReady: isReady(row) }))
  return {
    workers,
    // What waits for its pre-training comes after what a free trainer could take.
    waiting: [...inOrder.filter((stage) => stage.isReady), ...inOrder.filter((stage) => !stage.isReady)],
    waitingTotal,
    recent: recent.map(toQueueStage),
  }
}

async function readWorkers(ctx: Context): Promise<QueueWorker[]> {
  const now = ctx.now().getTime()
  const workers = await ctx.db.worker.findMany({
    where: { heartbeatAt: { gte: new Date(now - stoppedShownMs) } },
    orderBy: { startedAt: 'asc' },
    include: { attempts: { where: { status: 'running' }, select: { stage: { select: stageSelect } } } },
  })
  return workers.map(({ id, name, hostname, accelerator, device, slots, startedAt, heartbeatAt, stoppedAt, attempts }) => ({
    id,
    name,
    hostname,
    accelerator,
    device: device as Record<string, unknown>,
    slots,
    state: stoppedAt ? 'stopped' : now - heartbeatAt.getTime() > silenceMs ? 'silent' : 'alive',
    startedAt,
    heartbeatAt,
    running: attempts.map(({ stage }) => toQueueStage(stage)),
  }))
}

function toQueueStage(row: StageRow): QueueStage {
  const run = row.runs[0]?.run
  return {
    stageId: row.id,
    kind: fromDbKind(row.kind),
    label: run ? `${cellLabel(StoredFactorValues.parse(run.factorValues))} · seed ${run.seed}` : 'no run',
    runId: run?.id ?? null,
    ablationId: run?.ablation.id ?? null,
    ablationName: run?.ablation.name ?? null,
    status: row.status,
    progress: stageProgress(row),
    itemsPerSecond: row.status === 'running' ? row.itemsPerSecond : null,
    runCount: row._count.runs,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    failure: failureText(row.failure),
  }
}
