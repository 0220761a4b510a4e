import type { Context } from '#lib/services/context'
import { ImportLostError, type ImportProgressCounts, type ImportRef } from '#lib/services/imports/import-claim'
import { recordImportProgress, type FoundProblem } from '#lib/services/imports/record-import-progress'

const recordEveryMs = 1000
/** So many problems waiting are written before the second is over. */
const problemBatch = 1000

/**
 * What an import has done so far, told to the database once a second, which is its heartbeat too. `signal` ends when the worker
 * stops, and when another attempt or a cancel has taken the import away.
 */
export class ImportState {
  readonly signal: AbortSignal
  readonly counts: ImportProgressCounts = { takenCount: 0, warningCount: 0, refusedCount: 0 }
  readonly #ctx: Context
  readonly #ref: ImportRef
  readonly #lost = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #onPhase: (phase: string) => void
  #phase = 'Starting'
  #done = 0
  #total: number | null = null
  #problems: FoundProblem[] = []
  #recording: Promise<void> = Promise.resolve()

  constructor(ctx: Context, ref: ImportRef, workerStops: AbortSignal, onPhase: (phase: string) => void = () => {}) {
    this.#onPhase = onPhase
    this.#ctx = ctx
    this.#ref = ref
    this.signal = AbortSignal.any([workerStops, this.#lost.signal])
    this.#timer = setInterval(() => void this.flush(), recordEveryMs)
  }

  begin(phase: string, total: number | null): void {
    this.#phase = phase
    this.#onPhase(phase)
    this.#total = total
    this.#done = 0
  }

  advance(count = 1): void {
    this.#done += count
  }

  /** Adds what an attempt before this one found in a file that is not read again. */
  restore({ takenCount, warningCount, refusedCount }: ImportProgressCounts): void {
    this.counts.takenCount += takenCount
    this.counts.warningCount += warningCount
    this.counts.refusedCount += refusedCount
  }

  async report(problem: FoundProblem): Promise<void> {
    if (problem.severity === 'warning') this.counts.warningCount += 1
    this.#problems.push(problem)
    if (this.#problems.length >= problemBatch) await this.flush()
  }

  /** One at a time: problems keep their order. */
  flush(): Promise<void> {
    this.#recording = this.#recording.then(() => this.#record())
    return this.#recording
  }

  /** Everything found is recorded; no further heartbeat. */
  async end(): Promise<void> {
    clearInterval(this.#timer)
    await this.#recording
    if (!this.signal.aborted) await this.flush()
  }

  async #record(): Promise<void> {
    if (this.signal.aborted) return
    const problems = this.#problems.splice(0)
    const progress = { phase: this.#phase, done: this.#done, total: this.#total, ...this.counts }
    try {
      await recordImportProgress(this.#ctx, this.#ref, progress, problems)
    } catch (error) {
      // The job itself learns of it through the signal, where it can clean up.
      if (!(error instanceof ImportLostError))
        this.#ctx.log.error({ err: error, importId: this.#ref.importId }, 'progress was not recorded')
      this.#lost.abort(error)
    }
  }
}
