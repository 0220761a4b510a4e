import { PrismaPg } from '@prisma/adapter-pg'
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
