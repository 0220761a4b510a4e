import { FencedError } from '#lib/services/stages/fence'
import { isFinal } from './final-failure.ts'

const firstPauseMs = 250
const longestPauseMs = 4_000

/**
 * Does what must reach the database, again and again while it fails: a server that restarts is away for seconds.
 * @throws the last error after `forMs`; at once when another attempt holds the stage, or when trying again would change nothing
 */
export async function persist<T>(work: () => Promise<T>, forMs = 30_000): Promise<T> {
  const until = Date.now() + forMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof FencedError || isFinal(error) || Date.now() + pauseMs > until) throw error
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}
