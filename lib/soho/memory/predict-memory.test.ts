import { describe, expect, it } from 'vitest'
import { planSoho } from '../../../tests/parameter-plan.ts'
import { taskKinds } from '../config.ts'
import { presets } from '../presets.ts'
import type { Configuration } from '../config.ts'
import { imagesAtOnce } from './at-once.ts'
import { batchOf, largestBatch, predictBatchMemory, predictStageMemory } from './largest-batch.ts'
import { countParameters } from './parameter-counts.ts'
import { predictStepMemory } from './predict-memory.ts'
import { paddedSize, stageShape } from './stage-shape.ts'

const bertWords = 30_522
const mebibyte = 2 ** 20
const photographs = { examples: 500_000, images: 100_000, tested: 25_000, ratios: { least: 1, most: 1.6 } }
const classes = { words: bertWords, answers: 3129 }

/** The step of `scripts/bench/measure-step.ts`: words of matching pairs asked, a few codewords. */
const benchStep = (images: number, widthPx: number, heightPx: number) => ({
  ...{ images, widthPx, heightPx, pairs: 4 * images, textLength: 16 },
  ...{ askedWords: 4 * images, askedTokens: 4 * images },
})
const benchTiny: Configuration = { ...presets.tiny, dictionary: { ...presets.tiny.dictionary, size: 256 } }

it.each([
  ['tiny', 258],
  ['ablation', bertWords],
  ['paper', bertWords],
] as const)('counts the parameters and buffers that %s declares', (name, words) => {
  const plan = planSoho(presets[name], words)
  const counted = countParameters(presets[name], 'pretrain', { words, answers: 0 })
  expect([counted.encoder, counted.rest, counted.buffers]).toEqual(['encoder', 'rest', 'buffer'].map((group) => plan.count(group as never)))
})

/** Peak resident mebibytes of `scripts/bench/measure-step.ts --size SIZE --images N --steps 1 --warmup 1` with the trainer's allocator settings. */
describe.each([
  ['tiny', benchTiny, benchStep(16, 64, 64), false, 256, 583],
  ['tiny', benchTiny, benchStep(64, 64, 64), false, 256, 938],
  ['r18-224', presets.ablation, benchStep(2, 224, 224), false, bertWords, 1802],
  ['r18-224', presets.ablation, benchStep(8, 224, 224), false, bertWords, 2035],
  ['ablation', presets.ablation, benchStep(1, 832, 640), false, bertWords, 2103],
  ['ablation', presets.ablation, benchStep(2, 832, 640), false, bertWords, 2593],
  ['ablation', presets.ablation, benchStep(2, 832, 640), true, bertWords, 2404],
  ['paper', presets.paper, benchStep(1, 1024, 640), false, bertWords, 6034],
  ['paper', presets.paper, benchStep(2, 1024, 640), false, bertWords, 8187],
  ['paper', presets.paper, benchStep(1, 1024, 640), true, bertWords, 4759],
  ['paper', presets.paper, benchStep(2, 1024, 640), true, bertWords, 5126],
  ['paper', presets.paper, benchStep(4, 1024, 640), true, bertWords, 8310],
] as const)('%s', (_, preset, shape, gradientCheckpointing, words, measured) => {
  it(`${shape.images} images, checkpoints ${gradientCheckpointing}: within a quarter of the measured ${measured} MiB`, () => {
    // What is measured is one micro-batch alone.
    const pretrain = { ...preset.pretrain, accumulationSteps: 1 }
    const configuration: Configuration = { ...preset, pretrain, memory: { gradientCheckpointing } }
    const { total } = predictStepMemory(configuration, 'pretrain', shape, { words, answers: 0 })
    expect(total / mebibyte / measured).toBeGreaterThan(0.8)
    expect(total / mebibyte / measured).toBeLessThan(1.25)
  })
})

const grown: [string, (c: Configuration) => Configuration][] = [
  ['a deeper network', (c) => ({ ...c, encoder: { ...c.encoder, kind: 'resnet101' } })],
  ['more layers', (c) => ({ ...c, transformer: { ...c.transformer, layers: 12 } })],
  ['larger images', (c) => ({ ...c, image: { shortSidePx: 800, longSidePx: 1333 } })],
  ['longer texts', (c) => ({ ...c, text: { ...c.text, maxTokens: 64 } })],
  ['more codewords', (c) => ({ ...c, dictionary: { ...c.dictionary, size: 8192 } })],
  ['wider layers', (c) => ({ ...c, transformer: { ...c.transformer, feedForwardSize: 6144 } })],
]
it.each(grown)('%s need more memory and leave room for fewer images', (_, grow) => {
  const of = (c: Configuration) => predictStageMemory(c, 'pretrain', 16, photographs, classes).total
  const fit = (c: Configuration) => largestBatch(c, 'pretrain', photographs, classes, 16 * 1024 * mebibyte)
  expect(of(grow(presets.ablation))).toBeGreaterThan(of(presets.ablation))
  expect(fit(grow(presets.ablation))).toBeLessThanOrEqual(fit(presets.ablation))
})

it.each(['pretrain', 'retrieval', 'vqa', 'nlvr2', 'snli-ve'] as const)('%s: the largest batch fits, one more does not', (kind) => {
  const available = 24 * 1024 * mebibyte
  const batch = largestBatch(presets.ablation, kind, photographs, classes, available)
  const needs = (size: number) => predictBatchMemory(presets.ablation, kind, size, photographs, classes).total
  expect(batch).toBeGreaterThan(0)
  expect(needs(batch)).toBeLessThanOrEqual(available)
  expect(needs(batch + 1)).toBeGreaterThan(available)
})

it.each(['pretrain', ...taskKinds] as const)(
  '%s of the paper: fits 24 GiB with checkpoints and batches in parts, not without either',
  (kind) => {
    const of = (change: (c: Configuration) => void) => {
      const configuration = structuredClone(presets.paper)
      change(configuration)
      return predictStageMemory(configuration, kind, batchOf(configuration, kind), photographs, classes).total / 1024 / mebibyte
    }
    expect(of(() => undefined)).toBeLessThan(24)
    expect(of((c) => (c.memory.gradientCheckpointing = false))).toBeGreaterThan(24)
    if (kind !== 'pretrain')
      expect(of((c) => (c[kind === 'snli-ve' ? 'snliVe' : kind].accumulationSteps = 1))).toBeGreaterThan(of(() => undefined))
  },
)

it('the evaluation counts where it needs more than a step: retrieval among many images holds their tokens and the scores of all pairs', () => {
  const of = (tested: number) => predictStageMemory(presets.paper, 'retrieval', 5, { ...photographs, tested }, classes)
  expect(of(100).total).toBeLessThan(of(25_000).total)
  expect(of(25_000).moment).toBe('evaluation')
  expect(predictStageMemory(presets.ablation, 'vqa', 256, photographs, classes).moment).toBe('step')
})

it('a forward pass of an evaluation sees a bounded number of pixels', () => {
  expect([presets.tiny, presets.paper].map((configuration) => imagesAtOnce(configuration, 64))).toEqual([64, 6])
  expect(imagesAtOnce({ image: { shortSidePx: 2048, longSidePx: 4096 } }, 64)).toBe(1)
})

it('what the presets need on photographs, in GiB', () => {
  const needs = (name: 'tiny' | 'ablation' | 'paper', images: number) =>
    predictStageMemory(presets[name], 'pretrain', images, photographs, classes).total / 1024 / mebibyte
  expect([needs('tiny', 8), needs('ablation', 16), needs('paper', 16)].map((value) => Number(value.toFixed(1)))).toEqual([0.7, 9.5, 21.3])
})

it('nothing fits where the parameters alone do not', () => {
  expect(largestBatch(presets.paper, 'pretrain', photographs, classes, 1024 * mebibyte)).toBe(0)
})

it('images are padded to what the resize rule makes of the least and the most square of them', () => {
  expect(paddedSize(presets.ablation, { least: 4 / 3, most: 4 / 3 })).toEqual({ widthPx: 832, heightPx: 640 })
  expect(paddedSize(presets.ablation, { least: 2, most: 4 })).toEqual({ widthPx: 1024, heightPx: 512 })
  expect(paddedSize(presets.ablation, null)).toEqual({ widthPx: 1024, heightPx: 640 })
  expect(paddedSize(presets.tiny, null)).toEqual({ widthPx: 64, heightPx: 64 })
})

it('a part of a retrieval batch shows each of its images once, with one caption of its own and those of others', () => {
  expect(stageShape(presets.ablation, 'retrieval', 120, photographs)).toMatchObject({ images: 6, pairs: 144 })
})
