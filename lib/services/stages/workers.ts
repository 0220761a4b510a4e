import { hostname } from 'node:os'
import { announce } from '#lib/events'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'

export interface WorkerDescription {
  name: string
  accelerator: string
  slots: number
  /** What it computes on; `place` names the process space its process id belongs to. */
  device: Record<string, string | number | boolean>
}

export async function registerWorker(ctx: Context, { name, accelerator, slots, device }: WorkerDescription): Promise<string> {
  permitSystem(ctx)
  return ctx.db.$transaction(async (tx) => {
    const { id } = await tx.worker.create({
      data: { name, hostname: hostname(), pid: process.pid, accelerator, slots, device, startedAt: ctx.now() },
      select: { id: true },
    })
    await announce(tx, ['queue'])
    return id
  })
}

/** What a trainer found when it loaded its backend. */
export async function describeDevice(ctx: Context, workerId: string, device: Record<string, string | number | boolean>): Promise<void> {
  permitSystem(ctx)
  await ctx.db.$executeRaw`update "Worker" set "device" = "device" || ${JSON.stringify(device)}::jsonb where "id" = ${workerId}::uuid`
}

/** The worker, its attempts and its imports are alive. By the database's clock, so that hosts may disagree about the time. */
export async function heartbeat(ctx: Context, workerId: string, work: { stageIds: string[]; importIds: string[] }): Promise<void> {
  permitSystem(ctx)
  const { stageIds, importIds } = work
  await ctx.db.$executeRaw`update "Worker" set "heartbeatAt" = now() at time zone 'utc' where "id" = ${workerId}::uuid`
  if (stageIds.length > 0)
    await ctx.db.$executeRaw`
      update "Attempt" set "heartbeatAt" = now() at time zone 'utc'
      where "workerId" = ${workerId}::uuid and "status" = 'running' and "stageId" = any(${stageIds}::uuid[])`
  if (importIds.length > 0)
    await ctx.db.$executeRaw`
      update "Import" set "heartbeatAt" = now() at time zone 'utc' where "status" = 'running' and "id" = any(${importIds}::uuid[])`
}

/** Of these running stages, those that someone has asked to cancel. */
export async function findCancelRequests(ctx: Context, stageIds: string[]): Promise<string[]> {
  permitSystem(ctx)
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
