import { rm } from 'node:fs/promises'
import { artifactPath, putArtifact } from '#lib/artifacts'
import type { Context } from '#lib/services/context'
import type { AttemptRef } from '#lib/services/stages/fence'
import { recordCheckpoint } from '#lib/services/stages/record-checkpoint'
import { recordTraining } from '#lib/services/stages/record-training'
import type { RecordedLine, RecordedPoint, RecordedProgress } from '#lib/services/stages/record-training'
import type { StageTools } from '#lib/soho/contract'
import { encodeSafetensors } from '#lib/soho/train/safetensors'

const flushEveryMs = 1000
const checkpointEveryMs = 20_000

/**
 * What a stage reports, on its way into the database: collected for up to a second, then committed together. What has not been
 * committed is not acknowledged: a killed trainer repeats those steps from its checkpoint.
 */
export function createStageTools(
  ctx: Context,
  attempt: AttemptRef,
  signal: AbortSignal,
  alive: () => void,
): StageTools & { flush(): Promise<void> } {
  let points: RecordedPoint[] = []
  let lines: RecordedLine[] = []
  let progress: RecordedProgress | null = null
  let flushedAt = Date.now()
  let checkpointAt = Date.now()

  async function flush(): Promise<void> {
    if (points.length === 0 && lines.length === 0 && progress === null) return
    const found = { points, lines, progress }
    points = []
    lines = []
    progress = null
    await recordTraining(ctx, attempt, found)
    flushedAt = Date.now()
  }

  return {
    signal,
    flush,
    async points(step, values) {
      alive()
      for (const [name, value] of Object.entries(values)) points.push({ step, name, value })
      if (Date.now() - flushedAt >= flushEveryMs) await flush()
    },
    async progress(found) {
      progress = found
      if (Date.now() - flushedAt >= flushEveryMs) await flush()
    },
    shouldCheckpoint: () => Date.now() - checkpointAt >= checkpointEveryMs,
    async checkpoint(step, arrays) {
      // Points first: a checkpoint must never be ahead of what is recorded.
      await flush()
      const stored = await putArtifact(encodeSafetensors(arrays, { step: String(step) }))
      for (const digest of await recordCheckpoint(ctx, attempt, step, stored)) await rm(artifactPath(digest), { force: true })
      checkpointAt = Date.now()
    },
    log(level, message) {
      lines.push({ level, message })
    },
  }
}
