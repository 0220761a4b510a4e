import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import type { AttemptRef } from './fence.ts'

/** Which process works on an attempt. */
export async function recordTrainer(ctx: Context, { stageId, number }: AttemptRef, pid: number | null): Promise<void> {
  permitSystem(ctx)
  await ctx.db.attempt.updateMany({ where: { stageId, number }, data: { trainerPid: pid } })
}
