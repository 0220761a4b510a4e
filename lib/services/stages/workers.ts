import { hostname } from 'node:os'
import { announce } from '#lib/events'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'

export interface WorkerDescription {
  name: string
  accelerator: string
  slots: number
  device: Record<string, string | number | boolean>
}

export async function registerWorker(ctx: Context, { name, accelerator, slots, device }: WorkerDescription): Promise<string> {
  permitSystem(ctx)
  const worker = await ctx.db.worker.create({
    data: { name, hostname: hostname(), pid: process.pid, accelerator, slots, device, startedAt: ctx.now(), heartbeatAt: ctx.now() },
  })
  return worker.id
}

/** The worker and its attempts are alive. @returns stages of theirs that someone asked to cancel */
export async function heartbeat(ctx: Context, workerId: string, stageIds: string[]): Promise<string[]> {
  permitSystem(ctx)
  const now = ctx.now()
  await ctx.db.worker.update({ where: { id: workerId }, data: { heartbeatAt: now } })
  if (stageIds.length === 0) return []
  await ctx.db.attempt.updateMany({ where: { workerId, status: 'running', stageId: { in: stageIds } }, data: { heartbeatAt: now } })
  const asked = await ctx.db.stage.findMany({ where: { id: { in: stageIds }, cancelRequestedAt: { not: null } }, select: { id: true } })
  return asked.map(({ id }) => id)
}

export async function retireWorker(ctx: Context, workerId: string): Promise<void> {
  permitSystem(ctx)
  await ctx.db.$transaction(async (tx) => {
    await tx.worker.update({ where: { id: workerId }, data: { stoppedAt: ctx.now() } })
    await announce(tx, ['queue'])
  })
}
