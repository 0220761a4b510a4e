import { rm, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { artifactPath } from '#lib/artifacts'
import { db } from '#lib/db'
import { createAblation } from '#lib/services/ablations/create-ablation'
import { systemContext } from '#lib/services/context'
import { createSmallDataset, smallOverrides } from '../tests/small-dataset.ts'
import { endWorkers, startWorker, until } from '../tests/own-worker.ts'

/** Seconds where the machine is free; it may not be. */
const patienceMs = 150_000
vi.setConfig({ testTimeout: patienceMs + 10_000 })

const ctx = systemContext('test')
let versionId = ''

/** Launched while everything is there. Each test has a dataset of its own, and so a stage of its own. */
beforeEach(async ({ task }) => {
  versionId = (await createSmallDataset(task.name)).versionId
  await createAblation(ctx, {
    ...{ name: 'lost', description: '', preset: 'tiny', seeds: [1], factors: [{ field: 'dictionary.size', values: [8] }] },
    overrides: smallOverrides,
    datasets: { pretrain: versionId, retrieval: null, vqa: null, nlvr2: null, 'snli-ve': null },
  })
})
afterEach(endWorkers)

async function failedStage() {
  startWorker()
  const where = { datasetVersionId: versionId }
  await until('the stage failed', async () => (await db().stage.findFirstOrThrow({ where })).status === 'failed', patienceMs)
  return db().stage.findFirstOrThrow({ where, select: { failure: true, crashCount: true, attempts: { select: { status: true } } } })
}

const firstImage = () => db().datasetImage.findFirstOrThrow({ where: { versionId }, orderBy: { position: 'asc' } })

test('a stage without a training example fails at once, and says so', async () => {
  await db().datasetImage.updateMany({ where: { versionId }, data: { digest: null } })
  const stage = await failedStage()
  expect(stage.attempts).toEqual([{ status: 'failed' }])
  expect(stage.failure).toMatchObject({ reason: expect.stringContaining('no training example whose image can be read') as string })
})

test('a stage whose image is lost fails at once, and names the image', async () => {
  const file = artifactPath((await firstImage()).digest ?? '')
  await rm(file)
  const stage = await failedStage()
  expect(stage).toMatchObject({ attempts: [{ status: 'failed' }], crashCount: 0 })
  expect(stage.failure).toMatchObject({ reason: expect.stringContaining(`Image ${file} cannot be read any more`) as string })
})

test('a stage whose image was altered fails at once, and names the image', async () => {
  const file = artifactPath((await firstImage()).digest ?? '')
  await rm(file)
  await writeFile(file, 'another picture')
  const stage = await failedStage()
  expect(stage).toMatchObject({ attempts: [{ status: 'failed' }], crashCount: 0 })
  expect(stage.failure).toMatchObject({ reason: expect.stringContaining(`Image ${file} has changed since its import`) as string })
})
