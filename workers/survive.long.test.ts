import { afterAll, expect, test } from 'vitest'
import { db } from '#lib/db'
import { createAblation } from '#lib/services/ablations/create-ablation'
import { getAblation } from '#lib/services/ablations/get-ablation'
import { systemContext } from '#lib/services/context'
import { Random } from '#lib/soho/data/random'
import { createSmallDataset, smallOverrides } from '../tests/small-dataset.ts'
import { endWorkers, startWorker, until } from '../tests/own-worker.ts'
import type { TestWorker } from '../tests/own-worker.ts'

const ctx = systemContext('test')
const start = () => startWorker(1, { SOHO_CHECKPOINT_SECONDS: '0.5' })
const patienceMs = 1_200_000

afterAll(endWorkers)

interface Results {
  weights: Map<string, string | null>
  points: Map<string, number>
  scores: Map<string, number | null>
}

async function launch(versionId: string): Promise<string> {
  await db().ablation.deleteMany()
  await db().stage.deleteMany({ where: { upstreamId: { not: null } } })
  await db().stage.deleteMany()
  const { id } = await createAblation(ctx, {
    ...{ name: 'kills', description: '', preset: 'tiny', seeds: [1, 2], factors: [{ field: 'dictionary.size', values: [0, 8] }] },
    overrides: [...smallOverrides.filter(({ field }) => !field.endsWith('.epochs')), ...epochs],
    datasets: { pretrain: versionId, retrieval: versionId, vqa: versionId, nlvr2: versionId, 'snli-ve': versionId },
  })
  return id
}
const epochs = ['pretrain', 'retrieval', 'vqa', 'nlvr2', 'snliVe'].map((section) => ({ field: `${section}.epochs`, value: 20 }))

const isDone = async (id: string) => {
  const { state } = await getAblation(ctx, { id })
  if (state === 'failed') throw new Error('a stage failed')
  return state === 'succeeded'
}

async function results(): Promise<Results> {
  const stages = await db().stage.findMany({ include: { points: true, evaluations: { include: { scores: true } } } })
  return {
    weights: new Map(stages.map(({ digest, weightsDigest }) => [digest, weightsDigest])),
    points: new Map(
      stages.flatMap(({ digest, points }) =>
        points
          .filter(({ name }) => name !== 'imagesPerSecond' && name !== 'inputWaitShare')
          .map(({ name, step, value }) => [`${digest} ${name} ${step}`, value] as const),
      ),
    ),
    scores: new Map(
      stages.flatMap(({ digest, evaluations }) =>
        evaluations.flatMap(({ split, scores }) => scores.map(({ name, value }) => [`${digest} ${split} ${name}`, value] as const)),
      ),
    ),
  }
}

test('workers and trainers killed at random moments: every recorded point survives, no finished stage is repeated, all results are those of a quiet run', async () => {
  const { versionId } = await createSmallDataset()
  let id = await launch(versionId)
  let workers: TestWorker[] = [start(), start()]
  await until('the quiet run is done', () => isDone(id), patienceMs)
  const quiet = await results()
  await endWorkers()

  id = await launch(versionId)
  workers = [start(), start()]
  const random = new Random(1, 'kills')
  let acknowledged = new Map<string, number>()
  const finished = new Set<string>()
  let kills = 0
  while (!(await isDone(id))) {
    await new Promise((resolve) => setTimeout(resolve, 3000 + random.integer(9000)))
    for (const { id } of await db().stage.findMany({ where: { status: 'succeeded' }, select: { id: true } })) finished.add(id)
    const trainers = await db().attempt.findMany({ where: { status: 'running', trainerPid: { not: null } } })
    const victim = random.integer(2)
    if (random.uniform() < 0.5) {
      workers[victim]?.child.kill('SIGKILL')
      await workers[victim]?.ended
      workers[victim] = start()
    } else {
      for (const { trainerPid } of trainers.slice(0, 1)) {
        try {
          process.kill(trainerPid ?? 0, 'SIGKILL')
        } catch {
          // It has just ended by itself.
        }
      }
    }
    kills += 1
    const now = (await results()).points
    for (const [key, value] of acknowledged) expect(now.get(key), key).toBe(value)
    acknowledged = now
  }
  expect(kills).toBeGreaterThan(5)
  const loud = await results()
  expect(loud.weights).toEqual(quiet.weights)
  expect(loud.points).toEqual(quiet.points)
  expect(loud.scores).toEqual(quiet.scores)
  const succeeded = await db().attempt.groupBy({ by: ['stageId'], where: { status: 'succeeded' }, _count: true })
  expect(succeeded.every(({ _count }) => _count === 1)).toBe(true)
  expect(succeeded.map(({ stageId }) => stageId)).toEqual(expect.arrayContaining([...finished]))
}, 1_800_000)
