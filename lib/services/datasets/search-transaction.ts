import type { Db, Tx } from '#lib/db'
import { LabError } from '#lib/errors'
import { cancelableTransaction } from './cancelable-transaction.ts'

/** Searches that read at the same time, for everybody together: the database has other things to do, and few processors. */
const atOnce = 3

declare global {
  var sohoSearchTurns: { taken: number; queue: (() => void)[] } | undefined
}

/** Runs a search when its turn comes, for no longer than `limitMs` then. */
export async function searchTransaction<T>(db: Db, stop: AbortSignal, limitMs: number, work: (tx: Tx) => Promise<T>): Promise<T> {
  await turn()
  try {
    stop.throwIfAborted()
    return await cancelableTransaction(db, stop, limitMs + 10_000, async (tx) => {
      await tx.$executeRaw`select set_config('statement_timeout', ${String(limitMs)}, true)`
      return work(tx)
    })
  } catch (error) {
    throw isCanceled(error)
      ? new LabError('unavailable', 'Looking through the texts took too long and was stopped. Ask for less, or try again.')
      : error
  } finally {
    pass()
  }
}

const turns = () => (globalThis.sohoSearchTurns ??= { taken: 0, queue: [] })

async function turn(): Promise<void> {
  if (turns().taken < atOnce) turns().taken += 1
  else await new Promise<void>((resolve) => turns().queue.push(resolve))
}

/** To who has waited longest. */
function pass(): void {
  const next = turns().queue.shift()
  if (next) next()
  else turns().taken -= 1
}

/** PostgreSQL's word for a statement that was canceled, or took longer than it may. */
const isCanceled = (error: unknown) => error instanceof Error && JSON.stringify([error.message, error]).includes('57014')
