import { PgBoss, fromPrisma, type SendOptions } from 'pg-boss'
import { z } from 'zod'
import type { Tx } from './db.ts'
import { env } from './env.ts'
import { log } from './log.ts'

/** Job contracts: a payload is ids, the row carries the data. Delivery may repeat, so every handler claims conditionally. */
export const jobs = {
  'import-dataset': z.strictObject({ importId: z.uuid() }),
  'run-stage': z.strictObject({ stageId: z.uuid() }),
  'derive-version': z.strictObject({ derivationId: z.uuid() }),
  'check-dataset': z.strictObject({ checkId: z.uuid() }),
} as const
export type JobName = keyof typeof jobs
export type JobPayload<N extends JobName> = z.infer<(typeof jobs)[N]>

/** pg-boss's own floor for detecting a dead worker is 10 s; our claims (attempt heartbeats) are faster where the host is the same. */
export const queueOptions = {
  retryLimit: 1_000_000,
  retryDelay: 1,
  heartbeatSeconds: 10,
  notify: true,
  expireInSeconds: 23 * 3600,
} as const

let sender: Promise<PgBoss> | undefined

/** The sending end: creates no schema, supervises nothing. Set-up creates schema and queues. */
export function queue(): Promise<PgBoss> {
  return (sender ??= startSender())
}

async function startSender(): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString: env().databaseUrl, supervise: false, schedule: false, migrate: false, max: 2 })
  boss.on('error', (error) => log('queue').error({ err: error }, 'queue error'))
  await boss.start()
  return boss
}

/** Enqueues inside the caller's transaction: the job exists if and only if the rows do. */
export async function enqueue<N extends JobName>(tx: Tx, name: N, payload: JobPayload<N>, options: SendOptions = {}): Promise<void> {
  const boss = await queue()
  await boss.send(name, jobs[name].parse(payload), { ...options, db: fromPrisma(tx) })
}

export async function closeQueue(): Promise<void> {
  const boss = await sender
  sender = undefined
  await boss?.stop({ graceful: false })
}

/**
 * The receiving end: a job is a wake-up, taken at once whatever becomes of it. What there is to do stands in the rows, claims are
 * conditional, and workers also look by themselves; so a job that is lost, repeated or late changes nothing.
 * @returns a function that stops listening
 */
export async function listenForJobs(names: readonly JobName[], onJob: (name: JobName) => void): Promise<() => Promise<void>> {
  const boss = new PgBoss({
    connectionString: env().databaseUrl,
    useListenNotify: true,
    supervise: true,
    schedule: false,
    migrate: false,
    max: 3,
  })
  boss.on('error', (error) => log('queue').warn({ err: error }, 'queue error'))
  await boss.start()
  for (const name of names) {
    const polling = { pollingIntervalSeconds: 2, notifyPollingIntervalSeconds: 10, batchSize: 100, burstWhenBatchFull: true }
    await boss.work(name, polling, () => {
      onJob(name)
      return Promise.resolve()
    })
  }
  return () => boss.stop({ graceful: false })
}

/** Creates or upgrades the queue's schema and its queues. Called by set-up, before web or worker start. */
export async function createQueues(connectionString: string): Promise<void> {
  const boss = new PgBoss({ connectionString, supervise: false, schedule: false, max: 2 })
  await boss.start()
  for (const name of Object.keys(jobs)) {
    if (await boss.getQueue(name)) await boss.updateQueue(name, queueOptions)
    else await boss.createQueue(name, queueOptions)
  }
  await boss.stop({ graceful: false })
}
