import type { Context } from '#lib/services/context'
import { findUncountedVersion } from '#lib/services/datasets/statistics/find-uncounted-version'
import { summariseVersion } from '#lib/services/datasets/statistics/summarise-version'
import type { WorkSource } from '../loop.ts'

export interface SummaryRunner extends WorkSource<string> {
  /** What is under way is given up; whoever needs it next starts it again. */
  interrupt(): void
}

/** Counts every version that has been written, so that nobody who looks at one has to wait for it. */
export function createSummaryRunner(ctx: Context): SummaryRunner {
  const stop = new AbortController()
  /** Another process is at it, or it did not work out: the first who asks counts it. */
  const given = new Set<string>()

  return {
    name: 'summarise-version',
    slots: 1,
    claim: () => (stop.signal.aborted ? Promise.resolve(null) : findUncountedVersion(ctx, [...given])),
    async run(versionId) {
      given.add(versionId)
      await summariseVersion(ctx, versionId, stop.signal)
    },
    interrupt: () => stop.abort(),
  }
}
