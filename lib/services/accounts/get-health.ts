import type { Context } from '../context.ts'

const WORKER_SILENCE_MS = 15_000

export interface Health {
  isReady: boolean
  /** What was found, part by part, in words. */
  parts: { database: string; queue: string; worker: string }
}

/** Whether the lab can do its work. Needs no role: what the public gets to see of it is decided by the caller. */
export async function getHealth(ctx: Context): Promise<Health> {
  try {
    const [queue, workers] = await Promise.all([
      ctx.db.$queryRaw<{ found: boolean }[]>`select to_regclass('pgboss.job') is not null as found`,
      ctx.db.worker.count({ where: { stoppedAt: null, heartbeatAt: { gt: new Date(ctx.now().getTime() - WORKER_SILENCE_MS) } } }),
    ])
    const hasQueue = queue[0]?.found === true
    const parts = {
      database: 'ready',
      queue: hasQueue ? 'ready' : 'its tables are missing',
      worker: workers > 0 ? `${workers} alive` : 'none',
    }
    return { isReady: hasQueue && workers > 0, parts }
  } catch (error) {
    ctx.log.warn({ err: error }, 'health: the database does not answer')
    return { isReady: false, parts: { database: 'does not answer', queue: 'not known', worker: 'not known' } }
  }
}
