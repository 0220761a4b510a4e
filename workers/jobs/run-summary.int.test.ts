import { beforeEach, expect, test } from 'vitest'
import { db } from '#lib/db'
import { systemContext } from '#lib/services/context'
import { everyImage } from '#lib/services/datasets/image-filter'
import { listImages } from '#lib/services/datasets/list-images'
import { createSmallDataset, type SmallDataset } from '../../tests/small-dataset.ts'
import { until } from '../../tests/own-worker.ts'
import { createSummaryRunner } from './run-summary.ts'

const ctx = systemContext('test')
let small: SmallDataset

beforeEach(async ({ task }) => {
  await db().dataset.deleteMany()
  small = await createSmallDataset(task.name)
})

const counted = () => db().splitImages.findMany({ where: { versionId: small.versionId }, orderBy: { split: 'asc' } })
const keysOf = async (filter: Partial<typeof everyImage>) =>
  (await listImages(ctx, { versionId: small.versionId, filter: { ...everyImage, ...filter } })).images.map(({ key }) => key)

test('a version that was just written is counted by a worker before anyone asks, once', async () => {
  const runner = createSummaryRunner(ctx)
  const claimed = await runner.claim()
  expect(claimed).toBe(small.versionId)
  await runner.run(small.versionId)
  expect((await counted()).map(({ split, positions }) => [split, positions.length])).toEqual([
    ['train', 16],
    ['restval', 0],
    ['val', 4],
    ['test', 4],
  ])
  const { statistics } = await db().datasetVersion.findUniqueOrThrow({ where: { id: small.versionId } })
  expect(statistics).toMatchObject({ splits: [{ split: 'train', images: 16 }, { split: 'val' }, { split: 'test' }] })
  expect(await createSummaryRunner(ctx).claim()).toBeNull()
})

test('a view of a split is looked up in what was counted, and counted by its first visitor where no worker came by', async () => {
  expect(await keysOf({ split: 'val' })).toEqual(['16', '17', '18', '19'])
  expect(await counted()).toHaveLength(4)
  const where = { versionId_split: { versionId: small.versionId, split: 'test' as const } }
  await db().splitImages.update({ where, data: { positions: [20, 23] } })
  expect(await keysOf({ split: 'test' })).toEqual(['20', '23'])
})

test('a split and what is asked of the images hold together', async () => {
  await db().datasetImage.updateMany({ where: { versionId: small.versionId, position: { in: [3, 17, 18, 22] } }, data: { widthPx: 900 } })
  expect(await keysOf({ split: 'val', maximumSidePx: 100 })).toEqual(['16', '19'])
  expect(await keysOf({ split: 'val', maximumSidePx: 100, label: 'entailment' })).toEqual(['16'])
  expect(await keysOf({ split: 'restval', maximumSidePx: 100 })).toEqual([])
})

test('a worker that stops does not wait for a count that is under way', async () => {
  const runner = createSummaryRunner(ctx)
  await db().$transaction(
    async (tx) => {
      await tx.$executeRaw`lock table "Example" in access exclusive mode`
      const running = runner.run(small.versionId)
      await until('the count waits for the table', async () => {
        const waiting = await db().$queryRaw<unknown[]>`
          select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
        return waiting.length > 0
      })
      runner.interrupt()
      await running
    },
    { timeout: 50_000 },
  )
  expect(await counted()).toEqual([])
})
