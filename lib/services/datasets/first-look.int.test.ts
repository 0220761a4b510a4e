import { afterEach, beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db'
import { memberContext } from '../../../tests/member-context.ts'
import { until } from '../../../tests/own-worker.ts'
import { createSmallDataset } from '../../../tests/small-dataset.ts'
import type { Context } from '../context.ts'
import { findImages } from './find-images.ts'
import { everyImage, type ImageFilter } from './image-filter.ts'
import { listImages } from './list-images.ts'

let viewer: Context
let versionId: string
let unlock = async (): Promise<void> => undefined

beforeAll(async () => {
  viewer = await memberContext('viewer')
  versionId = (await createSmallDataset()).versionId
})

afterEach(async () => unlock())

/** As in a table of millions of texts: whoever reads them does not come to an end before `unlock`. */
async function lockTexts(): Promise<void> {
  const open = Promise.withResolvers<undefined>()
  const locked = Promise.withResolvers<undefined>()
  const held = db().$transaction(
    async (tx) => {
      await tx.$executeRaw`lock table "Example" in access exclusive mode`
      locked.resolve(undefined)
      await open.promise
    },
    { timeout: 60_000 },
  )
  await locked.promise
  unlock = async () => {
    open.resolve(undefined)
    await held
  }
}

const ask = (filter: Partial<ImageFilter>) => ({ versionId, filter: { ...everyImage, ...filter } })
const find = (filter: Partial<ImageFilter>, patienceMs = 50, signal?: AbortSignal) => findImages(viewer, ask(filter), patienceMs, signal)
const keysOf = async (filter: Partial<ImageFilter>) => (await listImages(viewer, ask(filter))).images.map(({ key }) => key)

/** The server processes that search in texts now. */
const searching = async () =>
  (
    await db().$queryRaw<{ pid: number }[]>`
      select pid from pg_stat_activity where datname = current_database() and state = 'active' and wait_event_type = 'Lock'`
  ).map(({ pid }) => pid)
const untilSearching = (count: number) => until(`${count} searches`, async () => (await searching()).length === count, 20_000)

test('nobody waits for a search that takes long, and its result is there for whoever asks again', async () => {
  await lockTexts()
  expect(await find({ label: 'entailment' })).toBeNull()
  const again = find({ label: 'entailment' }, 30_000)
  await untilSearching(1)
  await unlock()
  expect((await again)?.images.map(({ key }) => key)).toEqual(['0', '2', '4', '6', '8', '10', '12', '14', '16', '18', '20', '22'])
  await lockTexts()
  expect((await find({ label: 'entailment' }))?.total).toBe(12)
})

test('a filter that several ask for at once is searched for once', async () => {
  await lockTexts()
  const answers = [1, 2, 3].map(() => find({ label: 'contradiction', split: 'test' }, 30_000))
  expect(await find({ label: 'contradiction', split: 'test' })).toBeNull()
  await untilSearching(1)
  await unlock()
  for (const answer of await Promise.all(answers)) expect(answer?.images.map(({ key }) => key)).toEqual(['21', '23'])
})

test('three searches run at once, and those that nobody waits for are stopped', async () => {
  await lockTexts()
  const leaving = new AbortController()
  const answers = ['red', 'green', 'blue', 'yellow', 'square'].map((search) => find({ search }, 60_000, leaving.signal))
  await untilSearching(3)
  const kept = find({ search: 'one' }, 60_000)
  leaving.abort()
  expect(await Promise.all(answers)).toEqual([null, null, null, null, null])
  // The table stays locked: they end because they are canceled, and whoever still waits has his turn.
  await untilSearching(1)
  await unlock()
  expect((await kept)?.total).toBe(24)
  expect(await keysOf({ search: 'yellow', split: 'val' })).toEqual(['19'])
})

test('a search that fails is an error for whoever waits, and asking again tries again', async () => {
  await lockTexts()
  const canceled = expect(find({ answer: 'green' }, 30_000)).rejects.toMatchObject({ code: 'unavailable' })
  await untilSearching(1)
  await db().$queryRaw`select pg_cancel_backend(${(await searching())[0]}::int)`
  await canceled
  const lost = expect(find({ answer: 'green' }, 30_000)).rejects.toThrow()
  await untilSearching(1)
  await db().$queryRaw`select pg_terminate_backend(${(await searching())[0]}::int)`
  await lost
  await unlock()
  expect(await keysOf({ answer: 'green', split: 'val' })).toEqual(['17'])
})
