import type { Db, Tx } from '#lib/db'

/** A transaction whose statement under way is canceled as soon as nobody wants its result any more. */
export async function cancelableTransaction<T>(
  db: Db,
  stop: AbortSignal | undefined,
  timeoutMs: number,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return db.$transaction(
    async (tx) => {
      const [own] = await tx.$queryRaw<{ pid: number }[]>`select pg_backend_pid() as pid`
      stop?.throwIfAborted()
      const cancel = () => void db.$queryRaw`select pg_cancel_backend(${own?.pid ?? 0}::int)`.catch(() => undefined)
      stop?.addEventListener('abort', cancel)
      try {
        return await work(tx)
      } finally {
        stop?.removeEventListener('abort', cancel)
      }
    },
    { maxWait: 10_000, timeout: timeoutMs },
  )
}
