import { hostname } from 'node:os'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { endAttempt } from './end-attempt.ts'

/** A worker that has been silent for so long is dead. It reports every two seconds. */
export const silenceMs = 12_000

/**
 * Puts stages back into the queue whose worker is gone: silent for too long, or, on this host, without a process.
 * @returns how many attempts were ended
 */
export async function recoverStages(ctx: Context, isAlive: (pid: number) => boolean): Promise<number> {
  permitSystem(ctx)
  const running = await ctx.db.attempt.findMany({
    where: { status: 'running', finishedAt: null },
    include: { worker: true, stage: { select: { fence: true, status: true } } },
  })
  const host = hostname()
  let ended = 0
  for (const { stageId, number, heartbeatAt, worker } of running) {
    const isSilent = ctx.now().getTime() - heartbeatAt.getTime() > silenceMs
    const isGone = worker.hostname === host && !isAlive(worker.pid)
    if (!isSilent && !isGone && worker.stoppedAt === null) continue
    await endAttempt(
      ctx,
      { stageId, number },
      { kind: 'crashed', reason: isGone ? 'its worker process is gone' : 'its worker went silent' },
    )
    await ctx.db.attempt.updateMany({ where: { stageId, number, finishedAt: null }, data: { status: 'failed', finishedAt: ctx.now() } })
    ended += 1
  }
  return ended
}
