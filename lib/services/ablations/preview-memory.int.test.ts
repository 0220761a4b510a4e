import { afterEach, beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db'
import { createSmallDataset, smallOverrides } from '../../../tests/small-dataset.ts'
import { systemContext } from '../context.ts'
import { registerWorker } from '../stages/workers.ts'
import type { CreateAblationInput } from './create-ablation-input.ts'
import { previewAblation } from './preview-ablation.ts'

const ctx = systemContext('test')
const gibibyte = 2 ** 30
let versionId = ''

beforeAll(async () => {
  versionId = (await createSmallDataset('small', { train: 64, val: 4, test: 4 })).versionId
})
afterEach(async () => {
  await db().worker.deleteMany()
})

const input = (change: Partial<CreateAblationInput> = {}): CreateAblationInput => ({
  ...{ name: 'memory', description: '', preset: 'ablation', overrides: [], seeds: [1, 2] },
  factors: [{ field: 'dictionary.size', values: [0, 2048] }],
  datasets: { pretrain: versionId, retrieval: null, vqa: versionId, nlvr2: null, 'snli-ve': null },
  ...change,
})

const worker = (memoryBytes: number, slots: number, more: Record<string, number> = {}) =>
  registerWorker(ctx, { name: 'test', accelerator: 'cpu', slots, device: { memoryBytes, ...more } })

test('a batch that does not fit a trainer’s share is said before the launch, with the largest that does', async () => {
  await worker(12 * gibibyte, 2)
  const { memory, warnings } = await previewAblation(ctx, input())
  expect(memory.availableBytes).toBe(6 * gibibyte)
  const pretrain = memory.stages.find(({ kind }) => kind === 'pretrain')
  expect(pretrain).toMatchObject({ batch: 16, batchField: 'pretrain.imagesPerBatch' })
  expect(pretrain?.predictedBytes).toBeGreaterThan(6 * gibibyte)
  const largest = pretrain?.largestBatch ?? 0
  expect(largest).toBeGreaterThan(0)
  expect(largest).toBeLessThan(16)
  expect(warnings.filter((warning) => warning.includes(`At most ${largest} fit`))).toHaveLength(1)
  expect(warnings.join()).toContain('Less is needed with Gradient checkpointing.')
  const checked = await previewAblation(ctx, input({ overrides: [{ field: 'memory.gradientCheckpointing', value: true }] }))
  expect(checked.memory.stages.find(({ kind }) => kind === 'pretrain')?.predictedBytes).toBeLessThan(pretrain?.predictedBytes ?? 0)
  const fitting = await previewAblation(ctx, input({ overrides: [{ field: 'pretrain.imagesPerBatch', value: largest }] }))
  expect(fitting.warnings.filter((warning) => warning.startsWith('Pre-training: a step'))).toEqual([])
})

test('a factor’s largest value counts', async () => {
  await worker(24 * gibibyte, 2)
  const factor = (values: number[]) => input({ factors: [{ field: 'image.shortSidePx', values }] })
  const needs = async (values: number[]) => (await previewAblation(ctx, factor(values))).memory.stages[0]?.predictedBytes
  expect(await needs([200, 400])).toBe(await needs([400]))
})

test('a GPU’s memory counts where the trainer computes on one', async () => {
  await worker(240 * gibibyte, 1, { deviceMemoryBytes: 8 * gibibyte })
  expect((await previewAblation(ctx, input())).memory.availableBytes).toBe(8 * gibibyte)
})

test('without a worker that says what it has nothing is claimed to fit or not', async () => {
  const { memory, warnings } = await previewAblation(
    ctx,
    input({ preset: 'tiny', overrides: smallOverrides, factors: [{ field: 'dictionary.size', values: [0, 8] }] }),
  )
  expect(memory.availableBytes).toBeNull()
  expect(memory.stages.map(({ largestBatch }) => largestBatch)).toEqual([null, null])
  expect(memory.stages.every(({ predictedBytes }) => predictedBytes > 0)).toBe(true)
  expect(warnings.join()).not.toContain('memory')
})
