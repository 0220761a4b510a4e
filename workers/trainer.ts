import path from 'node:path'
import { Worker as WatchdogThread } from 'node:worker_threads'
import { putArtifact } from '#lib/artifacts'
import { closeDb } from '#lib/db'
import { env } from '#lib/env'
import { log } from '#lib/log'
import { closeQueue } from '#lib/queue'
import { systemContext } from '#lib/services/context'
import { loadStageData } from '#lib/services/datasets/load-stage-data'
import { endAttempt } from '#lib/services/stages/end-attempt'
import { FencedError } from '#lib/services/stages/fence'
import type { AttemptRef } from '#lib/services/stages/fence'
import { finishStage } from '#lib/services/stages/finish-stage'
import { readStageStart } from '#lib/services/stages/stage-start'
import type { StageStart } from '#lib/services/stages/stage-start'
import { NotFiniteError, StageInterruptedError } from '#lib/soho/contract'
import type { StageResult } from '#lib/soho/contract'
import { tokenStridePx } from '#lib/soho/model/soho'
import { runStage } from '#lib/soho/run-stage'
import { encodeSafetensors } from '#lib/soho/train/safetensors'
import { installBackend } from './backend.ts'
import { checkStageData } from './check-stage-data.ts'
import { codebookRows } from './codebook-rows.ts'
import { gpuMemoryBytes } from './device-memory.ts'
import type { ImageCacheOptions } from './image-cache.ts'
import { isFinal } from './final-failure.ts'
import { createImageSource } from './image-source.ts'
import { persist } from './persist.ts'
import type { Sign } from './jobs/trainer-process.ts'
import { readInitial, readResume, readVocabulary } from './read-start.ts'
import { createStageTools } from './stage-tools.ts'
import type { AttemptTools } from './stage-tools.ts'

/** One trainer process: one attempt at one stage. It writes under the attempt's fence and ends; the worker starts, watches and replaces it. */
const attempt: AttemptRef = { stageId: process.argv[2] ?? '', number: Number(process.argv[3]) }
const ctx = systemContext('trainer')
const stop = new AbortController()
process.on('message', (message) => {
  if (message === 'interrupt' || message === 'cancel') stop.abort(message)
})
process.on('disconnect', () => process.exit(1))
process.on('SIGTERM', () => stop.abort('interrupt'))
// A terminal's Ctrl-C reaches the worker too, and the worker decides.
process.on('SIGINT', () => undefined)
// A step blocks this thread; another one notices that the worker has died meanwhile.
const watchdog =
  'const parent = process.ppid; setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, "SIGKILL") }, 250)'
new WatchdogThread(watchdog, { eval: true }).unref()

const tools = createStageTools(ctx, attempt, stop.signal, () => tell({ kind: 'alive' }))
try {
  await train()
} catch (error) {
  await settle(error)
} finally {
  await Promise.allSettled([closeQueue(), closeDb()])
  if (process.connected) process.disconnect()
}
process.exit()

function tell(sign: Sign): void {
  if (process.connected) process.send?.(sign)
}

async function train(): Promise<void> {
  const device = await installBackend(env().trainerThreads, env().accelerator)
  const deviceMemoryBytes = device.isGpu ? await gpuMemoryBytes(env().visibleGpus) : null
  tell({ kind: 'device', device: { ...device, ...(deviceMemoryBytes === null ? {} : { deviceMemoryBytes }) } })
  const start = await persist(() => readStageStart(ctx, attempt))
  const { images, data } = await persist(() => loadStageData(ctx, start.datasetVersionId, start.kind))
  checkStageData(data, start.configuration)
  tools.log(
    'info',
    `${images.length} images, ${data.examples.train.length} training examples; ${device.backend}, ${device.kernels} kernels`,
  )
  const { configuration, kind, seed } = start
  const texts = () => (data.kind === 'pretrain' ? data.examples.train.map(({ text }) => text) : [])
  const vocabulary = await readVocabulary(ctx, attempt, start, texts)
  const options = { cache: imageCacheOptions(), warn: (message: string) => tools.log('warn', message) }
  const source = tools.watch(createImageSource(images, configuration.image, tokenStridePx(configuration), options))
  const resume = await readResume(ctx, attempt, start, tools.log)
  const initial = resume ? null : await readInitial(start, tools.log)
  const result = await runStage({ kind, configuration, seed, vocabulary, images: source, data, initial, resume }, tools)
  await finish(start, images, result, tools)
}

/** Null where the lab's owner wants none. */
function imageCacheOptions(): ImageCacheOptions | null {
  const { dataDir, imageCacheBytes } = env()
  return imageCacheBytes === 0 ? null : { directory: path.join(dataDir, 'image-cache'), limitBytes: imageCacheBytes }
}

async function finish(
  start: StageStart,
  images: Awaited<ReturnType<typeof loadStageData>>['images'],
  result: StageResult,
  { flush, log }: AttemptTools,
): Promise<void> {
  log(
    'info',
    `trained and evaluated: ${result.evaluations.map(({ split, exampleCount }) => `${exampleCount} examples of ${split}`).join(', ')}`,
  )
  await flush()
  const rows = await codebookRows(ctx, start, images, result)
  const weights = await putArtifact(encodeSafetensors(result.weights, { format: 'soho-lab', stage: start.kind }))
  const outcome = { weights, evaluations: result.evaluations, ...rows, imageIds: images.map(({ id }) => id) }
  await persist(() => finishStage(ctx, attempt, outcome))
}

/** Says how the attempt ended. Where even that fails, the worker finds the process gone and says so itself. */
async function settle(error: unknown): Promise<void> {
  if (error instanceof FencedError) return
  const reason = error instanceof Error ? error.message : String(error)
  if (error instanceof StageInterruptedError || stop.signal.aborted) {
    await tools.flush()
    const kind = stop.signal.reason === 'cancel' ? 'canceled' : 'interrupted'
    await endAttempt(ctx, attempt, { kind, reason: error instanceof StageInterruptedError ? reason : 'stopped on request' })
    return
  }
  log('trainer').error({ err: error, ...attempt }, 'attempt failed')
  await tools.flush()
  if (error instanceof NotFiniteError) {
    await endAttempt(ctx, attempt, { kind: 'failed', reason, detail: { step: error.step, statistics: finiteOnly(error.statistics) } })
    return
  }
  if (isFinal(error)) {
    await endAttempt(ctx, attempt, { kind: 'failed', reason, detail: {} })
    return
  }
  // It may be the database's or the disk's fault: worth another try, a limited number of times.
  await endAttempt(ctx, attempt, { kind: 'crashed', reason })
}

/** JSON has no NaN: such values are written as text. */
function finiteOnly(statistics: Record<string, number>): Record<string, number | string> {
  return Object.fromEntries(Object.entries(statistics).map(([name, value]) => [name, Number.isFinite(value) ? value : String(value)]))
}
