import { describe, expect, it } from 'vitest'
import { planSoho } from '../../../tests/parameter-plan.ts'
import { presets } from '../config.ts'
import type { Configuration } from '../config.ts'
import { largestBatch, predictStageMemory } from './largest-batch.ts'
import { countParameters } from './parameter-counts.ts'
import { predictStepMemory } from './predict-memory.ts'
import { paddedSize, stageShape } from './stage-shape.ts'

const bertWords = 30_522
const mebibyte = 2 ** 20
const photographs = { examples: 500_000, images: 100_000, ratios: { least: 1, most: 1.6 } }
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

/** Peak resident megabytes of `node scripts/bench/measure-step.ts --size SIZE --steps 1 --images N`, one thread, on a processor. */
describe.each([
  ['tiny', benchTiny, benchStep(16, 64, 64), 256, 915],
  ['tiny', benchTiny, benchStep(64, 64, 64), 256, 2000],
  ['r18-224', presets.ablation, benchStep(2, 224, 224), bertWords, 2220],
  ['r18-224', presets.ablation, benchStep(8, 224, 224), bertWords, 3032],
  ['ablation', presets.ablation, benchStep(1, 832, 640), bertWords, 3149],
  ['ablation', presets.ablation, benchStep(2, 832, 640), bertWords, 4318],
  ['paper', presets.paper, benchStep(1, 1024, 640), bertWords, 12_049],
] as const)('%s', (_, configuration, shape, words, measured) => {
  it(`${shape.images} images: within a quarter of the measured ${measured} MB`, () => {
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
  const needs = (size: number) => predictStageMemory(presets.ablation, kind, size, photographs, classes).total
  expect(batch).toBeGreaterThan(0)
  expect(needs(batch)).toBeLessThanOrEqual(available)
  expect(needs(batch + 1)).toBeGreaterThan(available)
})

it('what the presets need on photographs, in GiB', () => {
  const needs = (name: 'tiny' | 'ablation' | 'paper', images: number) =>
    predictStageMemory(presets[name], 'pretrain', images, photographs, classes).total / 1024 / mebibyte
  expect([needs('tiny', 8), needs('ablation', 16), needs('paper', 1)].map((value) => Number(value.toFixed(1)))).toEqual([0.9, 27, 11.2])
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

it('a retrieval batch of captions shows each image once, with one caption of its own and those of others', () => {
  expect(stageShape(presets.ablation, 'retrieval', 120, photographs)).toMatchObject({ images: 24, pairs: 576 })
})
