import { setTimeout as wait } from 'node:timers/promises'

/** What the work comes to, or null where it takes longer than `patienceMs`: it goes on then. */
export async function within<T>(patienceMs: number, work: Promise<T>): Promise<T | null> {
  const patience = new AbortController()
  try {
    return await Promise.race([work, wait(patienceMs, null, { signal: patience.signal })])
  } finally {
    patience.abort()
  }
}
