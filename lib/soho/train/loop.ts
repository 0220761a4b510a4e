import { NotFiniteError, StageInterruptedError } from '../contract.ts'
import type { NamedArrays, StageTools } from '../contract.ts'

/** A training to run: what differs between stages. Steps count from 0; step s uses only (seed, s) and the state before it. */
export interface Training<P> {
  firstStep: number
  stepsTotal: number
  stepsPerEpoch: number
  /** Images an optimiser update sees, for the throughput. */
  imagesPerStep: number
  /** The micro-batches of a step. Each is read while the one before it is computed, so that input and computation overlap. */
  parts(step: number): (() => Promise<P>)[]
  /** Forward and backward pass of one micro-batch. */
  compute(step: number, part: P): void
  /** The optimiser's update from what the parts gave. @returns the metric points of the step */
  update(step: number): Record<string, number>
  /** After the last step of an epoch (0-based). */
  epochEnded(epoch: number): Promise<void>
  /** Everything that a continued training needs. */
  state(): NamedArrays
}

const progressEveryMs = 500

/**
 * Runs a training to its end.
 * @throws StageInterruptedError after writing a checkpoint, when the signal asks to stop
 * @throws NotFiniteError when a loss or the gradient leaves the finite numbers
 */
export async function runTraining<P>(training: Training<P>, tools: StageTools): Promise<void> {
  const { firstStep, stepsTotal, stepsPerEpoch, imagesPerStep } = training
  const read = readAhead(training)
  let reportedAt = 0
  const clock = new Throughput()
  for (let step = firstStep; step < stepsTotal; step += 1) {
    if (tools.signal.aborted) {
      await tools.checkpoint(step, training.state())
      throw new StageInterruptedError(step)
    }
    const startedAt = performance.now()
    let waitedMs = 0
    for (let isLast = false; !isLast;) {
      const askedAt = performance.now()
      const next = await read()
      waitedMs += performance.now() - askedAt
      training.compute(step, next.part)
      isLast = next.isLast
    }
    const values = training.update(step)
    const rate = clock.tick(imagesPerStep)
    checkFinite(step, values)
    const inputWaitShare = waitedMs / (performance.now() - startedAt)
    await tools.points(step, { ...values, imagesPerSecond: rate, inputWaitShare })
    if (Date.now() - reportedAt > progressEveryMs || step + 1 === stepsTotal) {
      reportedAt = Date.now()
      await tools.progress({ step: step + 1, stepsTotal, epoch: Math.floor(step / stepsPerEpoch), itemsPerSecond: rate })
    }
    if ((step + 1) % stepsPerEpoch === 0) await training.epochEnded(Math.floor(step / stepsPerEpoch))
    if (step + 1 < stepsTotal && tools.shouldCheckpoint(step + 1)) await tools.checkpoint(step + 1, training.state())
  }
}

/** Gives one micro-batch after the other, of all steps in turn; the next one is being read already. */
function readAhead<P>(training: Training<P>): () => Promise<{ part: P; isLast: boolean }> {
  function* every() {
    for (let step = training.firstStep; step < training.stepsTotal; step += 1) {
      const all = training.parts(step)
      for (const [i, read] of all.entries()) yield { read, isLast: i === all.length - 1 }
    }
  }
  const rest = every()
  const start = () => {
    const found = rest.next()
    if (found.done) return null
    const promise = found.value.read().then((part) => ({ part, isLast: found.value.isLast }))
    // A failure surfaces where the step awaits it; until then it must not count as unhandled.
    promise.catch(() => undefined)
    return promise
  }
  let next = start()
  return async () => {
    if (!next) throw new Error('every micro-batch has been read')
    const found = await next
    next = start()
    return found
  }
}

function checkFinite(step: number, values: Record<string, number>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isFinite(value)) throw new NotFiniteError(step, `${name} is ${value}`, values)
  }
}

/** Items a second over the last steps. */
class Throughput {
  private readonly ticks: { at: number; items: number }[] = [{ at: performance.now(), items: 0 }]

  tick(items: number): number {
    this.ticks.push({ at: performance.now(), items })
    if (this.ticks.length > 21) this.ticks.shift()
    const seconds = ((this.ticks.at(-1)?.at ?? 0) - (this.ticks[0]?.at ?? 0)) / 1000
    const total = this.ticks.slice(1).reduce((sum, tick) => sum + tick.items, 0)
    return seconds > 0 ? total / seconds : 0
  }
}
