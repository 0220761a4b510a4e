import { putArtifact } from '#lib/artifacts'
import { env } from '#lib/env'
import type { Context } from '#lib/services/context'
import type { AttemptRef } from '#lib/services/stages/fence'
import { recordCheckpoint } from '#lib/services/stages/record-checkpoint'
import { recordTraining } from '#lib/services/stages/record-training'
import type { RecordedLine, RecordedPoint, RecordedProgress } from '#lib/services/stages/record-training'
import type { ImageSource, StageTools } from '#lib/soho/contract'
import { encodeSafetensors } from '#lib/soho/train/safetensors'
import { persist } from './persist.ts'

const flushEveryMs = 1000

export interface AttemptTools extends StageTools {
  /** Everything reported so far is durable when it resolves. */
  flush(): Promise<void>
  /** Reading images is a sign of life, and, once the training is over, a place to stop. */
  watch(images: ImageSource): ImageSource
}

/**
 * What a stage reports, on its way into the database: collected for up to a second, then committed together. What has not been
 * committed is not acknowledged: a killed trainer repeats those steps from its checkpoint.
 */
export function createStageTools(ctx: Context, attempt: AttemptRef, signal: AbortSignal, alive: () => void): AttemptTools {
  let points: RecordedPoint[] = []
  let lines: RecordedLine[] = []
  let progress: RecordedProgress | null = null
  let flushedAt = Date.now()
  let checkpointAt = Date.now()
  let isTrained = false
  let writing: Promise<void> = Promise.resolve()

  /** One after the other: a later progress must not be overtaken by an earlier one. */
  function flush(): Promise<void> {
    writing = writing.then(write)
    return writing
  }

  async function write(): Promise<void> {
    flushedAt = Date.now()
    if (points.length === 0 && lines.length === 0 && progress === null) return
    const found = { points, lines, progress }
    points = []
    lines = []
    progress = null
    await persist(() => recordTraining(ctx, attempt, found))
  }

  const flushWhenDue = () => (Date.now() - flushedAt >= flushEveryMs ? flush() : Promise.resolve())

  return {
    signal,
    flush,
    points(step, values) {
      alive()
      for (const [name, value] of Object.entries(values)) points.push({ step, name, value })
      return flushWhenDue()
    },
    progress(found) {
      progress = found
      isTrained = found.step >= found.stepsTotal
      // What follows the last step may take long.
      return isTrained ? flush() : flushWhenDue()
    },
    shouldCheckpoint: () => Date.now() - checkpointAt >= 1000 * env().checkpointSeconds,
    async checkpoint(step, arrays) {
      alive()
      // Points first: a checkpoint must never be ahead of what is recorded.
      await flush()
      const stored = await putArtifact(encodeSafetensors(arrays, { stage: attempt.stageId, step: String(step) }))
      await persist(() => recordCheckpoint(ctx, attempt, step, stored))
      checkpointAt = Date.now()
    },
    log(level, message) {
      lines.push({ level, message })
    },
    watch: (images) => ({
      count: images.count,
      isWide: images.isWide,
      read(indexes) {
        alive()
        if (isTrained) signal.throwIfAborted()
        return images.read(indexes)
      },
    }),
  }
}
