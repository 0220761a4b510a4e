import { afterEach, expect, test, vi } from 'vitest'
import { db } from '#lib/db'
import { createAblation } from '#lib/services/ablations/create-ablation'
import { getAblation } from '#lib/services/ablations/get-ablation'
import { systemContext } from '#lib/services/context'
import { createSmallDataset, smallOverrides } from '../tests/small-dataset.ts'
import { endWorkers, startWorker, until } from '../tests/own-worker.ts'

/** Half a minute where the machine is free; it may not be. */
const patienceMs = 170_000
vi.setConfig({ testTimeout: patienceMs })
afterEach(endWorkers)

const ctx = systemContext('test')

test('a worker trains and evaluates every stage of an ablation, and its scores and codebooks are there', async () => {
  const { versionId } = await createSmallDataset()
  const { id } = await createAblation(ctx, {
    name: 'small',
    preset: 'tiny',
    overrides: smallOverrides,
    factors: [{ field: 'dictionary.size', values: [0, 8] }],
    seeds: [1],
    datasets: { pretrain: versionId, retrieval: versionId, vqa: versionId, nlvr2: versionId, 'snli-ve': versionId },
  })
  const worker = startWorker(2)
  const done = await until(
    'every stage succeeded',
    async () => {
      const found = await getAblation(ctx, { id })
      if (found.state === 'failed') throw new Error(JSON.stringify(found.cells))
      return found.state === 'succeeded' && found
    },
    patienceMs,
  )
  expect(done.stagesDone).toBe(10)
  for (const { runs } of done.cells) {
    for (const { scores } of runs) {
      for (const key of ['retrieval/test/tr.r1', 'vqa/test/accuracy', 'nlvr2/test/accuracy', 'snli-ve/test/accuracy'])
        expect(scores[key]).not.toBeNull()
    }
  }
  expect(await db().codeword.count()).toBe(8)
  expect(await db().indexMap.count()).toBe(24)
  expect(await db().checkpoint.count()).toBe(0)
  worker.child.kill('SIGTERM')
  await worker.ended
  expect(await db().worker.count({ where: { stoppedAt: { not: null } } })).toBe(1)
})
