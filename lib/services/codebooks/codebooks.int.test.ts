import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db'
import { createSmallCodebook } from '../../../tests/small-codebook.ts'
import type { SmallCodebook } from '../../../tests/small-codebook.ts'
import { createSmallDataset } from '../../../tests/small-dataset.ts'
import type { SmallDataset } from '../../../tests/small-dataset.ts'
import { createContext, systemContext } from '../context.ts'
import { getCodebook } from './get-codebook.ts'
import { getCodeword } from './get-codeword.ts'
import { getIndexMap } from './get-index-map.ts'
import { getPatch } from './get-patch.ts'
import { listCodebooks } from './list-codebooks.ts'
import { listCodewords } from './list-codewords.ts'

const ctx = systemContext('test')
const anonymous = createContext({ kind: 'anonymous' })
let dataset: SmallDataset
let codebook: SmallCodebook
let off: SmallCodebook

beforeAll(async () => {
  dataset = await createSmallDataset()
  codebook = await createSmallCodebook(dataset, 4, [
    { codes: [0, 0, 1, 2], distances: [0.5, 3, 1, 1] },
    { codes: [0, 1, 1, -1], distances: [2, 0.25, 4, 9] },
    { codes: [0, 0, 0, 1], distances: [1, 2.5, 8, 2] },
  ])
  off = await createSmallCodebook(dataset, 0, [])
  await db().metricPoint.createMany({
    data: Array.from({ length: 1000 }, (_, i) => ({
      ...{ stageId: codebook.stageId, name: 'codebook.perplexity', step: i + 1, value: i, attempt: 1 },
    })),
  })
  await db().evaluation.create({
    data: {
      ...{ stageId: codebook.stageId, split: 'val', exampleCount: 4 },
      scores: {
        create: [
          { name: 'accuracy.mvm', value: 0.75 },
          { name: 'mvm.mostFrequent', value: 0.5 },
          { name: 'codebook.purity.colour', value: 0.8 },
          { name: 'codebook.purity.colour.shuffled', value: 0.3 },
        ],
      },
    },
  })
})

const places = ({ patches }: Awaited<ReturnType<typeof getCodeword>>) => patches.map(({ distance }) => distance)

test('a codeword shows its patches in the wanted order, and pages through them without loss', async () => {
  const input = { runId: codebook.runId, code: 0 }
  expect(places(await getCodeword(ctx, { ...input, order: 'nearest' }))).toEqual([0.5, 1, 2, 2.5, 3, 8])
  expect(
    places(await getCodeword(ctx, { ...input, order: 'typical' }))
      .slice(0, 2)
      .toSorted(),
  ).toEqual([2, 2.5])
  expect(places(await getCodeword(ctx, { ...input, order: 'borderline' }))).toEqual([8, 3, 2.5, 2, 1, 0.5])
  const random = places(await getCodeword(ctx, { ...input, order: 'random' }))
  const first = await getCodeword(ctx, { ...input, order: 'random', limit: 4 })
  const second = await getCodeword(ctx, { ...input, order: 'random', limit: 4, cursor: first.nextCursor ?? -1 })
  expect([...places(first), ...places(second)]).toEqual(random)
  expect(second.nextCursor).toBeNull()
})

test('a codeword counts its tokens, images, rank, distances and what they show', async () => {
  const found = await getCodeword(ctx, { runId: codebook.runId, code: 0 })
  expect(found).toMatchObject({ tokenCount: 6, imageCount: 3, rank: 1, usedCount: 3, previous: null, next: 1, patchTotal: 6 })
  expect(found.distances).toMatchObject({ minimum: 0.5, median: 2.25, maximum: 8 })
  const [nearest] = found.patches
  expect(nearest).toMatchObject({ imageId: dataset.imageIds[0], row: 0, column: 0, box: { x: 0, y: 0, width: 16, height: 16 } })
  expect(found.labels).toMatchObject({ tokenCount: 6 })
  const shapes = found.labels?.attributes.find(({ attribute }) => attribute === 'category')?.values
  expect(shapes).toEqual([{ value: 'square', count: found.labels?.labelledCount }])
})

test('a dead codeword has no patch, an unknown one is not found', async () => {
  expect(await getCodeword(ctx, { runId: codebook.runId, code: 3 })).toMatchObject({ tokenCount: 0, distances: null, patches: [], rank: 4 })
  await expect(getCodeword(ctx, { runId: codebook.runId, code: 4 })).rejects.toMatchObject({ code: 'not-found' })
})

test('the gallery sorts, filters and shows the nearest patches of each codeword', async () => {
  const all = await listCodewords(ctx, { runId: codebook.runId, patches: 2 })
  expect(all.codewords.map(({ code, patches }) => [code, patches.map(({ distance }) => distance)])).toEqual([
    [0, [0.5, 1]],
    [1, [0.25, 1]],
    [2, [1]],
    [3, []],
  ])
  const dead = await listCodewords(ctx, { runId: codebook.runId, filter: 'dead' })
  expect(dead.codewords.map(({ code }) => code)).toEqual([3])
  const page = await listCodewords(ctx, { runId: codebook.runId, filter: 'used', sort: 'distance', limit: 2, cursor: 1 })
  expect(page).toMatchObject({ codewords: [{ code: 1 }, { code: 0 }], total: 3, nextCursor: null })
})

test('a codebook sums up: use, MVM beside its baseline, purity beside chance, thinned series that keep both ends', async () => {
  const found = await getCodebook(ctx, { runId: codebook.runId })
  expect(found).toMatchObject({ state: 'ready', size: 4, usedCount: 3, deadCount: 1, tokenCount: 11, imageCount: 3 })
  expect(found).toMatchObject({ tokenCounts: [6, 4, 1, 0], mvm: { accuracy: 0.75, mostFrequent: 0.5 } })
  expect(found.purity).toEqual([{ attribute: 'colour', value: 0.8, shuffled: 0.3 }])
  const [perplexity] = found.series
  expect(perplexity?.points.length).toBeLessThan(500)
  expect([perplexity?.points[0], perplexity?.points.at(-1)]).toEqual([
    [1, 0],
    [1000, 999],
  ])
})

test('a run without a dictionary says so instead of failing, and is not among the codebooks', async () => {
  expect(await getCodebook(ctx, { runId: off.runId })).toMatchObject({ state: 'off', size: 0, tokenCounts: [], mvm: null })
  await expect(getCodeword(ctx, { runId: off.runId, code: 0 })).rejects.toMatchObject({ code: 'not-found' })
  const { codebooks } = await listCodebooks(ctx, {})
  expect(codebooks.map(({ runId }) => runId)).toEqual([codebook.runId])
  expect(codebooks[0]).toMatchObject({ size: 4, usedCount: 3, runCount: 1 })
})

test('an index map leaves padding out', async () => {
  const map = await getIndexMap(ctx, { runId: codebook.runId, imageId: dataset.imageIds[1] as string })
  expect(map).toMatchObject({ rows: 2, columns: 2, image: { width: 32, height: 32 } })
  expect(map.cells.map(({ code, usage }) => [code, usage])).toEqual([
    [0, 6 / 11],
    [1, 4 / 11],
    [1, 4 / 11],
  ])
  await expect(getIndexMap(ctx, { runId: codebook.runId, imageId: dataset.imageIds[9] as string })).rejects.toMatchObject({
    code: 'not-found',
  })
})

test('a patch has exactly the pixels of its place, and only members see it', async () => {
  const imageId = dataset.imageIds[0] as string
  const { bytes, mediaType } = await getPatch(ctx, { imageId, x: 16, y: 16, width: 16, height: 16 })
  expect(mediaType).toBe('image/png')
  expect(await sharp(bytes).metadata()).toMatchObject({ width: 16, height: 16 })
  await expect(getPatch(ctx, { imageId, x: 40, y: 0, width: 16, height: 16 })).rejects.toMatchObject({ code: 'invalid' })
  await expect(getPatch(anonymous, { imageId, x: 0, y: 0, width: 16, height: 16 })).rejects.toMatchObject({ code: 'unauthenticated' })
  await expect(getCodebook(anonymous, { runId: codebook.runId })).rejects.toMatchObject({ code: 'unauthenticated' })
})
