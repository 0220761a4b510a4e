import type { Tx } from '#lib/db'

/**
 * For rows whose references come out of a join in the statement that writes them: looking each up again takes half of the time.
 * PostgreSQL lets only a superuser leave that out, which the lab is on the server it brings along; elsewhere references are checked.
 * Triggers of the tables rest as well.
 */
export async function withoutReferenceChecks<R>(tx: Tx, write: () => Promise<R>): Promise<R> {
  const [may] = await tx.$queryRaw<{ is: boolean }[]>`select current_setting('is_superuser') = 'on' as is`
  if (!may?.is) return write()
  await tx.$executeRaw`select set_config('session_replication_role', 'replica', true)`
  const written = await write()
  await tx.$executeRaw`select set_config('session_replication_role', 'origin', true)`
  return written
}
