import type { Context } from '#lib/services/context'
import { recordWorkProgress, WorkLostError, type WorkRef } from '#lib/services/work/work-claim'

const recordEveryMs = 1000

/**
 * What a derivation or check has done so far, told to the database once a second, which is its heartbeat too. `signal` ends when the
 * worker stops, and when another attempt or a cancel has taken the work away.
 */
export class WorkState {
  readonly signal: AbortSignal
  readonly ref: WorkRef
  readonly #ctx: Context
  readonly #lost = new AbortController()
  readonly #timer: NodeJS.Timeout
  #phase = 'Starting'
  #done = 0
  #total: number | null = null
  #isEnded = false
  #recording: Promise<void> = Promise.resolve()

  constructor(ctx: Context, ref: WorkRef, workerStops: AbortSignal) {
    this.#ctx = ctx
    this.ref = ref
    this.signal = AbortSignal.any([workerStops, this.#lost.signal])
    this.#timer = setInterval(() => this.#tick(), recordEveryMs)
  }

  begin(phase: string, total: number | null = null): void {
    this.signal.throwIfAborted()
    this.#phase = phase
    this.#total = total
    this.#done = 0
  }

  advance(count = 1): void {
    this.signal.throwIfAborted()
    this.#done += count
  }

  /** From here on the row belongs to the transaction that ends the work: it must not wait for that one, nor write after it. */
  async hold(): Promise<void> {
    this.#isEnded = true
    clearInterval(this.#timer)
    await this.#recording
    this.signal.throwIfAborted()
  }

  async end(): Promise<void> {
    this.#isEnded = true
    clearInterval(this.#timer)
    await this.#recording
  }

  #tick(): void {
    this.#recording = this.#recording.then(() => this.#record())
  }

  async #record(): Promise<void> {
    if (this.signal.aborted || this.#isEnded) return
    try {
      await recordWorkProgress(this.#ctx, this.ref, { phase: this.#phase, done: this.#done, total: this.#total })
    } catch (error) {
      if (!(error instanceof WorkLostError)) this.#ctx.log.error({ err: error, ...this.ref }, 'progress was not recorded')
      this.#lost.abort(error)
    }
  }
}
