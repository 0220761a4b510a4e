import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { endAttempt } from './end-attempt.ts'

/** A worker that has been silent for so long is dead. It reports every two seconds. */
export const silenceMs = 12_000

interface Held {
  stageId: string
  number: number
  pid: number
  place: string | null
  isSilent: boolean
  hasStopped: boolean
  isCurrent: boolean
}

/**
 * Puts stages back into the queue whose worker is gone: silent for too long, stopped, or without a process in our own process space.
 * @param here names that space; a process id says nothing about another one
 * @returns how many attempts were ended
 */
export async function recoverStages(ctx: Context, here: string, isAlive: (pid: number) => boolean): Promise<number> {
  permitSystem(ctx)
  const held = await ctx.db.$queryRaw<Held[]>`
    select a."stageId", a."number", w."pid", w."device"->>'place' as place,
      a."heartbeatAt" < now() at time zone 'utc' - make_interval(secs => ${silenceMs / 1000}) as "isSilent",
      w."stoppedAt" is not null as "hasStopped",
      s."status" = 'running' and s."fence" = a."number" as "isCurrent"
    from "Attempt" a join "Worker" w on w."id" = a."workerId" join "Stage" s on s."id" = a."stageId"
    where a."status" = 'running'`
  let ended = 0
  for (const { stageId, number, pid, place, isSilent, hasStopped, isCurrent } of held) {
    const isGone = place === here && !isAlive(pid)
    if (isCurrent && !isSilent && !isGone && !hasStopped) continue
    const reason = isGone ? 'its worker process is gone' : hasStopped ? 'its worker has stopped' : 'its worker went silent'
    await endAttempt(ctx, { stageId, number }, { kind: 'lost', reason })
    // An attempt that no longer holds its stage has nothing to settle but its own row.
    await ctx.db.attempt.updateMany({
      where: { stageId, number, status: 'running' },
      data: { status: 'failed', finishedAt: ctx.now(), reason: 'lost: another attempt took over' },
    })
    ended += 1
  }
  return ended
}
