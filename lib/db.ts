import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { env } from './env.ts'
import { PrismaClient, type Prisma } from './generated/prisma/client.ts'

export type Db = PrismaClient
/** A client inside `db().$transaction`. */
export type Tx = Prisma.TransactionClient

declare global {
  var sohoDb: PrismaClient | undefined
}

/** The one client of this process, kept on `globalThis` so that a development reload does not open a second pool. */
export function db(): Db {
  return (globalThis.sohoDb ??= createDb(env().databaseUrl))
}

export function createDb(connectionString: string): Db {
  return new PrismaClient({ adapter: new PrismaPg({ connectionString, max: 10 }) })
}

export async function closeDb(): Promise<void> {
  await globalThis.sohoDb?.$disconnect()
  globalThis.sohoDb = undefined
}

/** Runs `work` on a connection of its own, for what a query cannot do: COPY. */
export async function withConnection<R>(work: (client: pg.Client) => Promise<R>): Promise<R> {
  const client = new pg.Client({ connectionString: env().databaseUrl })
  // A lost connection ends the statement that needs it; without a listener it would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}
