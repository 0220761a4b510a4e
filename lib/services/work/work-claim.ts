import { Prisma } from '#lib/generated/prisma/client'
import type { Tx } from '#lib/db'
import { announce } from '#lib/events'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { silenceMs } from '../stages/recover-stages.ts'

/** Work on a version that a worker does from beginning to end: derivations and checks. Their rows are claimed alike. */
export const workKinds = ['derivation', 'check'] as const
export type WorkKind = (typeof workKinds)[number]

/** Names an attempt: what an older attempt writes is refused. */
export interface WorkRef {
  kind: WorkKind
  id: string
  datasetId: string
  fence: number
}

/** The attempt no longer holds its work: another one took it over, or it was canceled. */
export class WorkLostError extends Error {
  constructor({ kind, id, fence }: WorkRef) {
    super(`attempt ${fence} no longer holds ${kind} ${id}`)
    this.name = 'WorkLostError'
  }
}

/** So many attempts that ended without a result end it for good. */
const attemptLimit = 8

const tables = { derivation: Prisma.raw('"Derivation"'), check: Prisma.raw('"DatasetCheck"') }
export const workTable = (kind: WorkKind) => tables[kind]

/** The dataset whose pages show the work. */
const datasets = {
  derivation: Prisma.raw('w."datasetId"'),
  check: Prisma.raw('(select v."datasetId" from "DatasetVersion" v where v.id = w."versionId")'),
}

export const workTopics = ({ kind, id, datasetId }: Pick<WorkRef, 'kind' | 'id' | 'datasetId'>) => [`${kind}:${id}`, `dataset:${datasetId}`]

/** Work that waits, or whose worker went silent: marked, so that no other worker takes it. Null when there is none. */
export async function claimNextWork(ctx: Context, kind: WorkKind): Promise<{ id: string } | null> {
  permitSystem(ctx)
  const table = tables[kind]
  const error = `${attemptLimit} attempts ended without a result; the worker's log says why.`
  const silent = Prisma.sql`"heartbeatAt" < now() at time zone 'utc' - make_interval(secs => ${silenceMs / 1000})`
  await ctx.db.$executeRaw`
    update ${table} set status = 'failed', phase = '', error = ${error}, "finishedAt" = now() at time zone 'utc'
    where status = 'running' and fence >= ${attemptLimit} and ${silent}`
  const [next] = await ctx.db.$queryRaw<{ id: string }[]>`
    update ${table} set "heartbeatAt" = now() at time zone 'utc' where id = (
      select id from ${table} where status in ('queued', 'running') and ("heartbeatAt" is null or ${silent})
      order by "createdAt", id limit 1 for update skip locked)
    returning id`
  return next ?? null
}

/** Takes work over, also from an attempt that died. Null when there is nothing left to do. */
export async function claimWork(ctx: Context, kind: WorkKind, id: string): Promise<WorkRef | null> {
  permitSystem(ctx)
  return ctx.db.$transaction(async (tx) => {
    const [claimed] = await tx.$queryRaw<{ datasetId: string; fence: number }[]>`
      update ${tables[kind]} w set status = 'running', fence = fence + 1, phase = 'Starting', error = null, done = 0, total = null,
        "startedAt" = now() at time zone 'utc', "heartbeatAt" = now() at time zone 'utc'
      where id = ${id}::uuid and status in ('queued', 'running')
      returning ${datasets[kind]} as "datasetId", fence`
    if (!claimed) return null
    const ref = { kind, id, ...claimed }
    await announce(tx, workTopics(ref))
    return ref
  })
}

export interface WorkChange {
  phase?: string
  done?: number
  total?: number | null
  error?: string | null
  status?: 'succeeded' | 'failed' | 'queued'
  heartbeatAt?: Date | null
  finishedAt?: Date
}

/** Changes the row if this attempt still holds it; it stays locked for the caller's transaction. @throws WorkLostError */
export async function updateHeldWork(tx: Tx, ref: WorkRef, data: WorkChange): Promise<void> {
  const where = { id: ref.id, fence: ref.fence, status: 'running' as const }
  const { count } =
    ref.kind === 'derivation' ? await tx.derivation.updateMany({ where, data }) : await tx.datasetCheck.updateMany({ where, data })
  if (count === 0) throw new WorkLostError(ref)
  await announce(tx, workTopics(ref))
}

/** Heartbeat and progress. @throws WorkLostError when the attempt must stop */
export async function recordWorkProgress(ctx: Context, ref: WorkRef, progress: { phase: string; done: number; total: number | null }) {
  permitSystem(ctx)
  await ctx.db.$transaction((tx) => updateHeldWork(tx, ref, { ...progress, heartbeatAt: ctx.now() }))
}

/** Puts work back that a stopping worker holds: the next worker need not wait until it has been silent. */
export async function releaseWork(ctx: Context, ref: WorkRef): Promise<void> {
  permitSystem(ctx)
  await ctx.db.$transaction((tx) => updateHeldWork(tx, ref, { status: 'queued', phase: 'Waiting for a worker', heartbeatAt: null }))
}

/** Ends work that brought nothing, with the reason in a sentence. */
export async function failWork(ctx: Context, ref: WorkRef, error: string): Promise<void> {
  permitSystem(ctx)
  await ctx.db.$transaction((tx) => updateHeldWork(tx, ref, { status: 'failed', error, phase: '', finishedAt: ctx.now() }))
}

/** The work is alive, whatever its job is doing. By the database's clock, so that hosts may disagree about the time. */
export async function heartbeatWork(ctx: Context, kind: WorkKind, ids: string[]): Promise<void> {
  permitSystem(ctx)
  if (ids.length === 0) return
  await ctx.db.$executeRaw`
    update ${tables[kind]} set "heartbeatAt" = now() at time zone 'utc' where status = 'running' and id = any(${ids}::uuid[])`
}
