import { readFile, truncate } from 'node:fs/promises'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { artifactPath } from '#lib/artifacts'
import { db } from '#lib/db'
import { cancelAblation } from '#lib/services/ablations/cancel-ablation'
import { createAblation } from '#lib/services/ablations/create-ablation'
import type { CreateAblationInput } from '#lib/services/ablations/create-ablation-input'
import { systemContext } from '#lib/services/context'
import { createSmallDataset, smallOverrides } from '../tests/small-dataset.ts'
import { endWorkers, startWorker, until, workerLog } from '../tests/own-worker.ts'

/** One pre-training of 160 steps, first undisturbed, then disturbed in every way: it must end in the same bytes. */
const ctx = systemContext('test')
const start = () => startWorker(1, { SOHO_CHECKPOINT_SECONDS: '1.5' })
const steps = 160
/** Seconds where the machine is free; it may not be. */
const patienceMs = 150_000
vi.setConfig({ testTimeout: patienceMs + 10_000, hookTimeout: patienceMs + 10_000 })
let versionId = ''
let reference: { weightsDigest: string | null; points: Map<string, number> }

afterEach(endWorkers)

beforeAll(async () => {
  versionId = (await createSmallDataset()).versionId
  await launch()
  start()
  reference = await finished()
  await endWorkers()
})

async function launch(overrides: CreateAblationInput['overrides'] = []): Promise<string> {
  await db().ablation.deleteMany()
  await db().stage.deleteMany()
  const { id } = await createAblation(ctx, {
    ...{ name: 'survive', description: '', preset: 'tiny', seeds: [1], factors: [{ field: 'dictionary.size', values: [8] }] },
    overrides: [
      ...smallOverrides.filter(({ field }) => field !== 'pretrain.epochs'),
      { field: 'pretrain.epochs', value: steps / 2 },
      ...overrides,
    ],
    datasets: { pretrain: versionId, retrieval: null, vqa: null, nlvr2: null, 'snli-ve': null },
  })
  return id
}

const stage = () => db().stage.findFirstOrThrow()

/** Points by series and step; throughput and waiting are properties of the machine. */
async function points(): Promise<Map<string, number>> {
  const found = await db().metricPoint.findMany({ where: { name: { notIn: ['imagesPerSecond', 'inputWaitShare'] } } })
  return new Map(found.map(({ name, step, value }) => [`${name} ${step}`, value]))
}

async function finished() {
  await until(
    'the stage succeeded',
    async () => {
      const { status, failure } = await stage()
      if (status === 'failed') throw new Error(JSON.stringify(failure))
      return status === 'succeeded'
    },
    patienceMs,
  )
  return { weightsDigest: (await stage()).weightsDigest, points: await points() }
}

/** A trainer that has written a checkpoint and points behind it. */
const trainerUnderWay = () =>
  until('a checkpoint and points after it', async () => {
    const attempt = await db().attempt.findFirst({ where: { status: 'running', trainerPid: { not: null } } })
    const checkpoint = await db().checkpoint.findFirst({ orderBy: { step: 'desc' } })
    const { step, status } = await stage()
    return status === 'running' && checkpoint && step > checkpoint.step && step < steps - 10 && attempt
  })

const isGone = (pid: number) =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(
    (text) => /\) [ZX] /.test(text),
    () => true,
  )

async function expectReference(acknowledged: Map<string, number>): Promise<void> {
  const end = await finished()
  for (const [key, value] of acknowledged) expect(end.points.get(key), key).toBe(value)
  expect(end.points).toEqual(reference.points)
  expect(end.weightsDigest).toBe(reference.weightsDigest)
}

test('kill -9 of a trainer: the stage continues from its checkpoint, no recorded point is lost, and it ends in the same bytes', async () => {
  await launch()
  start()
  const { trainerPid } = await trainerUnderWay()
  process.kill(trainerPid ?? 0, 'SIGKILL')
  const acknowledged = await points()
  await expectReference(acknowledged)
  const [first, second] = await db().attempt.findMany({ orderBy: { number: 'asc' } })
  expect(first?.reason).toContain('crashed: the trainer ended (signal SIGKILL)')
  expect(second?.resumedFromStep).toBeGreaterThan(0)
})

test('kill -9 of a worker: its trainer ends too, another worker completes the stage, and it ends in the same bytes', async () => {
  await launch()
  const first = start()
  const { trainerPid } = await trainerUnderWay()
  first.child.kill('SIGKILL')
  await until('the trainer is gone', () => isGone(trainerPid ?? 0), 5_000)
  const acknowledged = await points()
  start()
  await expectReference(acknowledged)
  expect((await db().attempt.findFirstOrThrow({ where: { number: 1 } })).reason).toBe('lost: its worker process is gone')
})

test('a worker that is asked to stop leaves a checkpoint; a torn one is passed over for the one before it', async () => {
  await launch()
  const first = start()
  await trainerUnderWay()
  first.child.kill('SIGTERM')
  await first.ended
  expect((await stage()).status).toBe('queued')
  const [newest, older] = await db().checkpoint.findMany({ orderBy: { step: 'desc' } })
  expect((await db().attempt.findFirstOrThrow({ where: { number: 1 } })).reason).toContain(
    `interrupted: Stage interrupted at step ${newest?.step}`,
  )
  await truncate(artifactPath(newest?.digest ?? ''), 1000)
  start()
  await expectReference(new Map())
  expect((await db().attempt.findFirstOrThrow({ where: { number: 2 } })).resumedFromStep).toBe(older?.step ?? 0)
  const warning = await db().logLine.findFirstOrThrow({ where: { level: 'warn', attempt: 2 } })
  expect(warning.message).toContain(`the checkpoint at step ${newest?.step} cannot be read`)
})

test('the database drops every connection: worker and trainer take them up again, in the same attempt', async () => {
  await launch()
  start()
  await trainerUnderWay()
  const acknowledged = await points()
  await db()
    .$queryRaw`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
  await expectReference(acknowledged)
  expect(await db().attempt.count({ where: { stageId: (await stage()).id } })).toBe(1)
})

test('a canceled stage stops within seconds and keeps its points', async () => {
  const id = await launch()
  start()
  await trainerUnderWay()
  const acknowledged = await points()
  await cancelAblation(ctx, { id })
  await until('the stage is canceled', async () => (await stage()).status === 'canceled', 5_000)
  const kept = await points()
  for (const [key, value] of acknowledged) expect(kept.get(key), key).toBe(value)
  expect(await db().checkpoint.count()).toBe(0)
})

test('training that leaves the finite numbers ends the stage with its step, the reason and the statistics, without another attempt', async () => {
  await launch([
    { field: 'pretrain.optimizer.learningRate', value: 1e30 },
    { field: 'pretrain.optimizer.warmupSteps', value: 0 },
  ])
  start()
  const failed = await until('the stage failed', async () => {
    const found = await stage()
    return found.status === 'failed' && found
  })
  expect(failed.failure).toMatchObject({
    step: expect.any(Number),
    reason: expect.stringContaining('stopped being finite at step'),
    statistics: expect.any(Object),
  })
  expect(await db().attempt.count({ where: { stageId: failed.id } })).toBe(1)
  expect(await readFile(workerLog(), 'utf8')).toContain('stopped being finite')
})
