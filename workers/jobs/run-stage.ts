import type { Context } from '#lib/services/context'
import { claimNextStage } from '#lib/services/stages/claim-stage'
import { endAttempt } from '#lib/services/stages/end-attempt'
import type { AttemptEnd } from '#lib/services/stages/end-attempt'
import type { AttemptRef } from '#lib/services/stages/fence'
import { recordTrainer } from '#lib/services/stages/record-trainer'
import { describeDevice, findCancelRequests } from '#lib/services/stages/workers'
import type { WorkSource } from '../loop.ts'
import { persist } from '../persist.ts'
import { StallWatch } from './stall-watch.ts'
import { startTrainer } from './trainer-process.ts'
import type { Order, TrainerEnd, TrainerProcess } from './trainer-process.ts'

export interface StageRunner extends WorkSource<AttemptRef> {
  /** Stages under way in this worker. */
  stageIds(): string[]
  /** Call it every second: cancels what was asked to be canceled, ends what hangs. */
  look(): Promise<void>
  /** Graceful: every trainer writes a checkpoint and ends. */
  interrupt(): void
  kill(): void
}

export interface StageRunnerOptions {
  workerId: string
  slots: number
  /** The least silence that counts as hanging. */
  stallFloorMs?: number
}

/** How long a trainer may take to obey before it is killed. A canceled stage starts afresh if it is needed again, so that nothing is lost. */
const graceMs: Record<Order, number> = { cancel: 3_000, interrupt: 15_000 }
/** How long the database may be away when an attempt has to be settled. */
const settleForMs = 60_000

interface UnderWay {
  attempt: AttemptRef
  trainer: TrainerProcess
  watch: StallWatch
  /** What it was asked, and its end in words when it was killed for it. */
  order: Order | null
  killedFor: string | null
}

/** Runs stages, each attempt in a trainer process of its own. */
export function createStageRunner(ctx: Context, { workerId, slots, stallFloorMs = 120_000 }: StageRunnerOptions): StageRunner {
  const underWay = new Map<string, UnderWay>()
  let isInterrupted = false

  function order(work: UnderWay, order: Order): void {
    if (work.order === 'cancel' || work.order === order) return
    work.order = order
    work.trainer.send(order)
    setTimeout(() => {
      if (!underWay.has(work.attempt.stageId)) return
      work.killedFor = 'it did not stop in time and was ended'
      work.trainer.kill()
    }, graceMs[order]).unref()
  }

  async function run(attempt: AttemptRef): Promise<void> {
    const trainer = startTrainer(attempt, (sign) => {
      work.watch.sign()
      if (sign.kind === 'device')
        void describeDevice(ctx, workerId, sign.device).catch((error) => ctx.log.warn({ err: error }, 'device not recorded'))
    })
    const work: UnderWay = { attempt, trainer, watch: new StallWatch(stallFloorMs, trainer.processorSeconds), order: null, killedFor: null }
    underWay.set(attempt.stageId, work)
    if (isInterrupted) order(work, 'interrupt')
    await recordTrainer(ctx, attempt, trainer.pid ?? null).catch((error) => ctx.log.warn({ err: error }, 'trainer not recorded'))
    const end = await trainer.ended
    underWay.delete(attempt.stageId)
    ctx.log.info({ ...attempt, ...end, order: work.order }, 'trainer ended')
    // The trainer settles its attempt itself when it can; then this changes nothing.
    // One that is not settled would look alive: then better to stop the process, so that others find the attempt lost.
    await persist(() => endAttempt(ctx, attempt, endOf(work, end)), settleForMs)
  }

  async function look(): Promise<void> {
    for (const work of underWay.values()) {
      const hung = work.killedFor === null ? work.watch.look() : null
      if (hung === null) continue
      work.killedFor = `stalled: ${hung}`
      work.trainer.kill()
    }
    if (underWay.size === 0) return
    for (const stageId of await findCancelRequests(ctx, [...underWay.keys()])) {
      const work = underWay.get(stageId)
      if (work) order(work, 'cancel')
    }
  }

  return {
    name: 'run-stage',
    slots,
    claim: () => (isInterrupted ? Promise.resolve(null) : claimNextStage(ctx, workerId)),
    run,
    look,
    stageIds: () => [...underWay.keys()],
    interrupt() {
      isInterrupted = true
      for (const work of underWay.values()) order(work, 'interrupt')
    },
    kill() {
      for (const { trainer } of underWay.values()) trainer.kill()
    },
  }
}

function endOf({ order, killedFor }: UnderWay, { how, lastWords }: TrainerEnd): AttemptEnd {
  const seen = killedFor ?? `the trainer ended (${how})${lastWords ? `: ${lastWords}` : ''}`
  if (order === 'cancel') return { kind: 'canceled', reason: seen }
  if (order === 'interrupt') return { kind: 'interrupted', reason: seen }
  return { kind: 'crashed', reason: seen }
}
