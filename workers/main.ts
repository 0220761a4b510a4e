import { cpus } from 'node:os'
import sharp from 'sharp'
import { closeDb } from '#lib/db'
import { env } from '#lib/env'
import { log } from '#lib/log'
import { closeQueue, listenForJobs } from '#lib/queue'
import { systemContext } from '#lib/services/context'
import { recoverStages } from '#lib/services/stages/recover-stages'
import { heartbeat, registerWorker, retireWorker } from '#lib/services/stages/workers'
import { collectUploads } from '#lib/services/uploads/collect-uploads'
import { hostMemoryBytes } from './device-memory.ts'
import { checkDataset } from './jobs/check-dataset.ts'
import { deriveVersion } from './jobs/derive-version.ts'
import { importDataset } from './jobs/import-dataset.ts'
import { createImportRunner } from './jobs/run-import.ts'
import { createStageRunner } from './jobs/run-stage.ts'
import { createSummaryRunner } from './jobs/run-summary.ts'
import { isProcessAlive } from './jobs/trainer-process.ts'
import { createWorkRunner } from './jobs/work-runner.ts'
import { startLoop } from './loop.ts'
import { processSpace } from './process-space.ts'

if (Number(process.versions.node.split('.')[0]) < 24)
  throw new Error('The worker runs on the Node of the lockfile: start it with `npm start`.')

const lookEveryMs = 2_000
const cancelEveryMs = 1_000
const heartbeatEveryMs = 2_000
const recoverEveryMs = 5_000
const collectEveryMs = 3600_000
/** After the supervisor's death nobody waits for us any more, and its database may go. */
const orphanMs = 5_000

// An import and a check decode each image once: keeping what was decoded costs more than it can bring.
sharp.cache(false)

const ctx = { ...systemContext('worker'), log: log('worker') }
const { trainerSlots, trainerThreads, accelerator } = env()
const place = processSpace()

const workerId = await registerWorker(ctx, {
  name: `worker ${process.pid}`,
  accelerator,
  slots: trainerSlots,
  device: { place, processor: cpus()[0]?.model ?? 'unknown', threads: trainerThreads, memoryBytes: hostMemoryBytes() },
})
await recoverStages(ctx, place, isProcessAlive)

const stageRunner = createStageRunner(ctx, { workerId, slots: trainerSlots })
const importRunner = createImportRunner(ctx, importDataset)
const workRunners = [createWorkRunner(ctx, 'derivation', deriveVersion), createWorkRunner(ctx, 'check', checkDataset)]
const summaryRunner = createSummaryRunner(ctx)
const loop = startLoop([stageRunner, importRunner, summaryRunner, ...workRunners], { lookEveryMs, log: ctx.log, onUnsettled: fail })
const stopListening = await listenForJobs(['run-stage', 'import-dataset', 'derive-version', 'check-dataset'], () => loop.wake())
const timers = [
  every(heartbeatEveryMs, () => heartbeat(ctx, workerId, { stageIds: stageRunner.stageIds(), importIds: importRunner.importIds() })),
  every(heartbeatEveryMs, () => Promise.all(workRunners.map((runner) => runner.heartbeat()))),
  every(cancelEveryMs, () => stageRunner.look()),
  every(collectEveryMs, () => collectUploads(ctx)),
  every(recoverEveryMs, async () => {
    if ((await recoverStages(ctx, place, isProcessAlive)) > 0) loop.wake()
  }),
]
ctx.log.info({ workerId, trainerSlots, accelerator }, 'worker ready')

/** Repeats a look at the world; a failure is reported and the next look tries again. */
function every(ms: number, look: () => Promise<unknown>): NodeJS.Timeout {
  let isLooking = false
  return setInterval(() => {
    if (isLooking) return
    isLooking = true
    look()
      .catch((error) => ctx.log.warn({ err: error }, 'could not look'))
      .finally(() => (isLooking = false))
  }, ms)
}

let stopping: Promise<void> | undefined
async function stop(): Promise<void> {
  ctx.log.info('worker stopping')
  stageRunner.interrupt()
  importRunner.interrupt()
  summaryRunner.interrupt()
  workRunners.forEach((runner) => runner.interrupt())
  await loop.stop()
  for (const timer of timers) clearInterval(timer)
  await retireWorker(ctx, workerId)
  await stopListening()
  await Promise.all([closeQueue(), closeDb()])
}

function onStop(): void {
  if (stopping) {
    // Asked twice: no more patience.
    stageRunner.kill()
    return
  }
  stopping = stop().then(
    () => process.exit(0),
    (error: unknown) => fail(error),
  )
}

function fail(error: unknown): void {
  ctx.log.fatal({ err: error }, 'the worker cannot go on')
  stageRunner.kill()
  process.exit(1)
}

process.on('SIGTERM', onStop)
process.on('SIGINT', onStop)
process.on('disconnect', () => {
  setTimeout(() => process.exit(1), orphanMs).unref()
  onStop()
})
