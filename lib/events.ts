import pg from 'pg'
import { z } from 'zod'
import type { Tx } from './db.ts'
import { env } from './env.ts'
import { log } from './log.ts'

/**
 * Live events: which object changed, never what. Sent with the transaction that changed it; readers fetch what they may see.
 * Topics: `ablation:<id>`, `run:<id>`, `stage:<id>`, `import:<id>`, `dataset:<id>`, `review:<subject type>:<subject id>`, `reviews`, `queue`.
 */
const channel = 'soho_events'
const Topics = z.array(z.string().max(200)).max(60)

/** Announces topics when the caller's transaction commits. */
export async function announce(tx: Tx, topics: string[]): Promise<void> {
  if (topics.length === 0) return
  await tx.$executeRaw`select pg_notify(${channel}, ${JSON.stringify(Topics.parse([...new Set(topics)].slice(0, 60)))})`
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
  client.on('notification', (message) => {
    const topics = Topics.safeParse(JSON.parse(message.payload ?? '[]'))
    if (topics.success) for (const listener of listeners) listener(topics.data)
  })
  client.on('error', (error) => reconnect(error))
  try {
    await client.connect()
    await client.query(`listen ${channel}`)
  } catch (error) {
    reconnect(error as Error)
  }
  return client
}

function reconnect(error: Error): void {
  log('events').warn({ err: error }, 'event connection lost; trying again')
  setTimeout(() => {
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
