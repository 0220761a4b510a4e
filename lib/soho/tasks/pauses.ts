import { StageInterruptedError } from '../contract.ts'
import type { NamedArrays, StageTools } from '../contract.ts'

/** What a long evaluation does between its parts. */
export interface Pauses {
  /** What an interrupted evaluation had when it stopped; empty for a fresh one. */
  kept: NamedArrays
  /**
   * Lets the process answer, says how far the evaluation is, and keeps what it has where that is due.
   * @param arrays what it needs to go on from here
   * @throws StageInterruptedError after a checkpoint, when the stage is asked to stop
   */
  pause(done: number, total: number, arrays: () => NamedArrays): Promise<void>
}

const prefix = 'evaluation.'
const tellEveryMs = 60_000

/** For evaluations between epochs, which are short: the process answers, nothing is kept. */
export const shortPauses: Pauses = { kept: new Map(), pause: () => nextTurn() }

/**
 * For the evaluation after the last step.
 * @param what named in the log and in the checkpoint
 * @param state what a continued training needs
 */
export function createPauses(what: string, step: number, state: () => NamedArrays, resumed: NamedArrays | null, tools: StageTools): Pauses {
  const own = `${prefix}${what}.`
  const startedAt = Date.now()
  let toldAt = startedAt
  let firstDone: number | null = null
  const kept: NamedArrays = new Map()
  for (const [name, array] of resumed ?? []) if (name.startsWith(own)) kept.set(name.slice(own.length), array)
  return {
    kept,
    async pause(done, total, arrays) {
      firstDone ??= done
      if (Date.now() - toldAt >= tellEveryMs) {
        toldAt = Date.now()
        const rate = (1000 * (done - firstDone)) / (toldAt - startedAt)
        const minutes = Math.ceil((total - done) / rate / 60)
        tools.log('info', `${what}: ${done} of ${total}, ${rate.toFixed(0)} a second, about ${minutes} min left`)
      }
      const keep = () =>
        tools.checkpoint(step, new Map([...state(), ...[...arrays()].map(([name, array]) => [own + name, array] as const)]))
      if (tools.signal.aborted) {
        await keep()
        throw new StageInterruptedError(step)
      }
      if (tools.shouldCheckpoint(step)) await keep()
      await nextTurn()
    },
  }
}

/** Messages and timers have their turn; a promise alone would not let them. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
