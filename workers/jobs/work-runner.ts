import { LabError } from '#lib/errors'
import type { Context } from '#lib/services/context'
import { claimNextWork, claimWork, failWork, heartbeatWork, releaseWork } from '#lib/services/work/work-claim'
import { WorkLostError, type WorkKind } from '#lib/services/work/work-claim'
import type { WorkSource } from '../loop.ts'
import { WorkState } from './work-state.ts'

/** Does one piece from beginning to end. `state.signal` ends when it must stop. */
export type WorkJob = (ctx: Context, state: WorkState) => Promise<void>

export interface WorkRunner extends WorkSource<{ id: string }> {
  heartbeat(): Promise<void>
  /** What is under way is given up; another worker takes it over. */
  interrupt(): void
}

/** Runs derivations or checks, in a slot of their own: they never wait for training or for imports. */
export function createWorkRunner(ctx: Context, kind: WorkKind, job: WorkJob): WorkRunner {
  const underWay = new Set<string>()
  const stop = new AbortController()

  async function run({ id }: { id: string }): Promise<void> {
    underWay.add(id)
    try {
      await runWork(ctx, { kind, id }, job, stop.signal)
    } catch (error) {
      // What could not be reported is tried again once its heartbeat is old.
      ctx.log.error({ err: error, kind, id }, 'work ended without a result')
    } finally {
      underWay.delete(id)
    }
  }

  return {
    name: kind,
    slots: 1,
    claim: () => (stop.signal.aborted ? Promise.resolve(null) : claimNextWork(ctx, kind)),
    run,
    heartbeat: () => heartbeatWork(ctx, kind, [...underWay]),
    interrupt: () => stop.abort(),
  }
}

/**
 * One attempt. Safe to deliver again: it takes over what a dead attempt left, and a result is written whole at the end or not at all.
 * @throws what stopped it, when the worker stops or something is broken
 */
export async function runWork(ctx: Context, work: { kind: WorkKind; id: string }, job: WorkJob, stop: AbortSignal): Promise<void> {
  const ref = await claimWork(ctx, work.kind, work.id)
  if (!ref) return
  const state = new WorkState(ctx, ref, stop)
  try {
    await job(ctx, state)
  } catch (error) {
    // Canceled, or another attempt has it: nothing is left to do here.
    const reason: unknown = state.signal.aborted ? state.signal.reason : error
    if (reason instanceof WorkLostError || error instanceof WorkLostError) return
    if (stop.aborted) await releaseWork(ctx, ref)
    else if (error instanceof LabError) return await failWork(ctx, ref, error.message)
    throw error
  } finally {
    await state.end()
  }
}
