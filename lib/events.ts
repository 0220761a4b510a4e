import pg from 'pg'
import { z } from 'zod'
import type { Tx } from './db.ts'
import { env } from './env.ts'
import { log } from './log.ts'

/**
 * Live events: which object changed, never what. Sent with the transaction that changed it; readers fetch what they may see.
 * Topics: `ablation:<id>`, `run:<id>`, `stage:<id>`, `import:<id>`, `derivation:<id>`, `check:<id>`, `dataset:<id>`,
 * `review:<subject type>:<subject id>`, and for lists `ablations` and `queue`. A reader that gets `*` may have missed some.
 */
const channel = 'soho_events'
const atOnce = 30
const Topics = z.array(z.string().max(200)).max(atOnce)

/** Announces topics when the caller's transaction commits. */
export async function announce(tx: Tx, topics: string[]): Promise<void> {
  const distinct = [...new Set(topics)]
  // A notification holds 8,000 bytes.
  for (let at = 0; at < distinct.length; at += atOnce)
    await tx.$executeRaw`select pg_notify(${channel}, ${JSON.stringify(Topics.parse(distinct.slice(at, at + atOnce)))})`
}

const listeners = new Set<(topics: string[]) => void>()
let connection: Promise<pg.Client> | undefined

/** Calls `onTopics` for every announcement, over one connection of this process. Returns a function that stops it. */
export function listen(onTopics: (topics: string[]) => void): () => void {
  listeners.add(onTopics)
  connection ??= connect()
  return () => listeners.delete(onTopics)
}

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: env().databaseUrl })
  let isLost = false
  const onLost = (error: Error) => {
    if (isLost) return
    isLost = true
    reconnect(client, error)
  }
  client.on('notification', ({ payload }) => {
    const topics = readTopics(payload)
    for (const listener of listeners) listener(topics)
  })
  client.on('error', onLost)
  try {
    await client.connect()
    await client.query(`listen ${channel}`)
  } catch (error) {
    onLost(error as Error)
  }
  return client
}

function readTopics(payload: string | undefined): string[] {
  try {
    return Topics.parse(JSON.parse(payload ?? ''))
  } catch {
    // Not ours: whatever it means, looking again does no harm.
    return ['*']
  }
}

function reconnect(lost: pg.Client, error: Error): void {
  log('events').warn({ err: error }, 'event connection lost; trying again')
  void lost.end().catch(() => undefined)
  setTimeout(() => {
    if (listeners.size === 0) {
      connection = undefined
      return
    }
    connection = connect()
    void connection.then(() => listeners.forEach((listener) => listener(['*'])))
  }, 1000).unref()
}

export async function closeEvents(): Promise<void> {
  listeners.clear()
  const client = await connection
  connection = undefined
  await client?.end()
}
