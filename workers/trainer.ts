import { Worker as WatchdogThread } from 'node:worker_threads'
import { rm } from 'node:fs/promises'
import { artifactPath, putArtifact, readArtifact } from '#lib/artifacts'
import { closeDb } from '#lib/db'
import { env } from '#lib/env'
import { log } from '#lib/log'
import { indexRows, overallPurity, shuffledPurity } from '#lib/services/codebooks/index-rows'
import { labelTokens } from '#lib/services/codebooks/token-labels'
import { systemContext } from '#lib/services/context'
import type { Context } from '#lib/services/context'
import { loadBoxes, loadStageData } from '#lib/services/datasets/load-stage-data'
import type { StageImage } from '#lib/services/datasets/load-stage-data'
import { endAttempt } from '#lib/services/stages/end-attempt'
import { FencedError } from '#lib/services/stages/fence'
import type { AttemptRef } from '#lib/services/stages/fence'
import { finishStage } from '#lib/services/stages/finish-stage'
import { readStageStart } from '#lib/services/stages/stage-start'
import type { StageStart } from '#lib/services/stages/stage-start'
import { closeQueue } from '#lib/queue'
import { NotFiniteError, StageInterruptedError } from '#lib/soho/contract'
import type { CodebookIndex, StageResult } from '#lib/soho/contract'
import { Random } from '#lib/soho/data/random'
import { buildVocabulary } from '#lib/soho/data/vocabulary'
import { tokenStridePx } from '#lib/soho/model/soho'
import { runStage } from '#lib/soho/run-stage'
import { decodeSafetensors, encodeSafetensors } from '#lib/soho/train/safetensors'
import { installBackend } from './backend.ts'
import { createImageSource } from './image-source.ts'
import { createStageTools } from './stage-tools.ts'

/** One trainer process: one attempt at one stage. It writes under the attempt's fence and ends; the worker starts, watches and replaces it. */
const attempt: AttemptRef = { stageId: process.argv[2] ?? '', number: Number(process.argv[3]) }
const stop = new AbortController()
process.on('message', (message) => {
  if (message === 'interrupt' || message === 'cancel') stop.abort(message)
})
process.on('disconnect', () => process.exit(1))
process.on('SIGTERM', () => stop.abort('interrupt'))
// A step blocks this thread; another one notices that the worker has died meanwhile.
const watchdog =
  'const parent = process.ppid; setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, "SIGKILL") }, 250)'
new WatchdogThread(watchdog, { eval: true }).unref()

const ctx = systemContext('trainer')
try {
  await train(ctx)
} catch (error) {
  await settle(error)
} finally {
  await Promise.all([closeQueue(), closeDb()])
  process.disconnect()
}
process.exit()

async function train(ctx: Context): Promise<void> {
  const device = await installBackend(env().trainerThreads)
  const start = await readStageStart(ctx, attempt)
  const { images, data } = await loadStageData(ctx, start.datasetVersionId, start.kind)
  const vocabulary = await vocabularyOf(ctx, start, data.kind === 'pretrain' ? data.examples.train.map(({ text }) => text) : [])
  const tools = createStageTools(ctx, attempt, stop.signal, () => process.send?.('alive'))
  tools.log(
    'info',
    `${images.length} images, ${data.examples.train.length} training examples; ${device.backend}, ${device.kernels} kernels`,
  )
  const result = await runStage(
    {
      kind: start.kind,
      configuration: start.configuration,
      seed: start.seed,
      vocabulary,
      images: createImageSource(images, start.configuration.image, tokenStridePx(start.configuration)),
      data,
      initial: start.initialDigest ? decodeSafetensors(await readArtifact(start.initialDigest)).arrays : null,
      resume: start.checkpoint
        ? { step: start.checkpoint.step, arrays: decodeSafetensors(await readArtifact(start.checkpoint.digest)).arrays }
        : null,
    },
    tools,
  )
  await tools.flush()
  const rows = result.codebook ? await codebookRows(ctx, start, images, result, result.codebook) : { codewords: [], indexMaps: [] }
  const weights = await putArtifact(encodeSafetensors(result.weights, { format: 'soho-lab', stage: start.kind }))
  await finishStage(ctx, attempt, { weights, evaluations: result.evaluations, ...rows, imageIds: images.map(({ id }) => id) })
  if (start.checkpoint) await rm(artifactPath(start.checkpoint.digest), { force: true })
}

async function vocabularyOf(ctx: Context, start: StageStart, texts: string[]): Promise<string[]> {
  if (start.vocabularyDigest) return JSON.parse((await readArtifact(start.vocabularyDigest)).toString('utf8')) as string[]
  const vocabulary = buildVocabulary(texts, start.configuration.text.vocabularySize)
  const { digest } = await putArtifact(Buffer.from(JSON.stringify(vocabulary)))
  await ctx.db.stage.updateMany({ where: { id: attempt.stageId, fence: attempt.number }, data: { vocabularyDigest: digest } })
  return vocabulary
}

async function codebookRows(ctx: Context, start: StageStart, images: StageImage[], result: StageResult, codebook: CodebookIndex) {
  const boxes = await loadBoxes(ctx, start.datasetVersionId)
  const labels = codebook.maps.map(({ image, gridHeight, gridWidth }) => {
    const { id, widthPx, heightPx } = images[image] as StageImage
    return labelTokens(boxes.get(id) ?? [], { width: widthPx, height: heightPx }, { rows: gridHeight, columns: gridWidth })
  })
  const hasLabels = boxes.size > 0
  const [evaluation] = result.evaluations
  if (hasLabels && evaluation) {
    const random = new Random(start.seed, 'purity')
    for (const [name, value] of Object.entries(overallPurity(codebook.maps, labels))) evaluation.scores[`codebook.purity.${name}`] = value
    const chance = shuffledPurity(codebook.maps, labels, (count) => random.permutation(count))
    for (const [name, value] of Object.entries(chance)) evaluation.scores[`codebook.purity.${name}.shuffled`] = value
  }
  const ids = images.map(({ id }) => id)
  return indexRows(codebook, start.configuration.dictionary.size, ids, hasLabels ? labels : null)
}

async function settle(error: unknown): Promise<void> {
  if (error instanceof FencedError) return
  const reason = error instanceof Error ? error.message : String(error)
  if (error instanceof StageInterruptedError || stop.signal.aborted) {
    const kind = stop.signal.reason === 'cancel' ? 'canceled' : 'interrupted'
    await endAttempt(ctx, attempt, { kind, reason })
    return
  }
  log('trainer').error({ err: error }, 'stage failed')
  const detail = error instanceof NotFiniteError ? { step: error.step, statistics: finiteOnly(error.statistics) } : {}
  await endAttempt(ctx, attempt, { kind: 'failed', reason, detail })
}

/** JSON has no NaN: such values are written as text. */
function finiteOnly(statistics: Record<string, number>): Record<string, number | string> {
  return Object.fromEntries(Object.entries(statistics).map(([name, value]) => [name, Number.isFinite(value) ? value : String(value)]))
}
