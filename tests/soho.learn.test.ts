import { beforeAll, describe, expect, it } from 'vitest'
import { presets } from '#lib/soho/presets'
import type { Configuration } from '#lib/soho/config'
import type { CaptionExample, ImageSource, QuestionExample, StageData, StageInput, StageResult, StageTools } from '#lib/soho/contract'
import { buildVocabulary } from '#lib/soho/data/vocabulary'
import { questionOnlyAccuracy } from '#lib/soho/eval/text-only'
import { runStage } from '#lib/soho/run-stage'
import { createRandom } from '../examples/shapes/random.ts'
import { renderScene } from '../examples/shapes/render.ts'
import { imageSizePx, kindOf, sampleScene } from '../examples/shapes/world.ts'
import type { Scene, SceneObject } from '../examples/shapes/world.ts'

/**
 * Learning, in a minute: pictures of one object, the tiny model, the whole method. Everything is seeded, so that a run that passes
 * here passes everywhere that adds in the same order; the bounds leave room for machines that do not.
 */

const trainImages = 320
const heldOutImages = 64

const configuration: Configuration = {
  ...presets.tiny,
  dictionary: { ...presets.tiny.dictionary, size: 32, warmupEpochs: 6 },
  transformer: presets.tiny.transformer,
  pretrain: { ...presets.tiny.pretrain, epochs: 12, imagesPerBatch: 8, mlmProbability: 0.3 },
  vqa: { ...presets.tiny.vqa, epochs: 4, examplesPerBatch: 32 },
}

const random = createRandom(11, 'one object')

function drawScene(): Scene {
  for (;;) {
    const scene = sampleScene(random, { card: 'never' })
    if (scene.objects.length === 1) return scene
  }
}
const scenes = Array.from({ length: trainImages + heldOutImages }, drawScene)

/** Half as wide and high, so that an image has four tokens and a step takes a fraction. */
const sidePx = imageSizePx / 2
const pictures = scenes.map((scene) => {
  const pixels = renderScene(scene)
  const at = (x: number, y: number, c: number) => pixels[3 * (y * imageSizePx + x) + c] as number
  return Uint8Array.from({ length: sidePx * sidePx * 3 }, (_, i) => {
    const [c, x, y] = [i % 3, 2 * (Math.floor(i / 3) % sidePx), 2 * Math.floor(i / 3 / sidePx)]
    return (at(x, y, c) + at(x + 1, y, c) + at(x, y + 1, c) + at(x + 1, y + 1, c)) / 4
  })
})
const objectOf = (image: number) => scenes[image]?.objects[0] as SceneObject

const images: ImageSource = {
  count: scenes.length,
  isWide: () => false,
  read: (indexes) => {
    const size = sidePx * sidePx * 3
    const pixels = new Uint8Array(indexes.length * size)
    for (const [i, index] of indexes.entries()) pixels.set(pictures[index] as Uint8Array, i * size)
    const sides = indexes.map(() => sidePx)
    return Promise.resolve({ pixels, heightPx: sidePx, widthPx: sidePx, validHeights: sides, validWidths: sides })
  },
}

const trainIndexes = Array.from({ length: trainImages }, (_, i) => i)
const heldOut = Array.from({ length: heldOutImages }, (_, i) => trainImages + i)

function captionsOf(image: number): CaptionExample[] {
  const { size, color, shape } = objectOf(image)
  const texts = [`a ${color} ${shape}`, `one ${size} ${color} ${shape}`, `here is a ${shape}, it is ${color}`, `only a ${color} ${shape}`]
  return texts.map((text, i) => ({ exampleId: `${image}-${i}`, text, image }))
}

function questionsOf(image: number): QuestionExample[] {
  const { color, shape } = objectOf(image)
  const ask = (text: string, answer: string) => {
    return { exampleId: `${image} ${text}`, text, image, answers: Array<string>(10).fill(answer), answerType: 'other' }
  }
  return [ask('What color is the thing?', color), ask('What shape is the thing?', shape)]
}

const captionData: StageData = {
  kind: 'pretrain',
  examples: { train: trainIndexes.flatMap(captionsOf), val: heldOut.flatMap(captionsOf), test: [] },
}
const questionData = {
  kind: 'vqa',
  examples: { train: trainIndexes.flatMap(questionsOf), val: heldOut.flatMap(questionsOf), test: heldOut.flatMap(questionsOf) },
} satisfies StageData

const vocabulary = buildVocabulary(
  captionData.examples.train.map(({ text }) => text),
  configuration.text.vocabularySize,
)

async function run(data: StageData, initial: StageInput['initial']) {
  const losses: number[] = []
  const tools: StageTools = {
    signal: new AbortController().signal,
    points: (_, values) => Promise.resolve(void losses.push(...('loss' in values ? [values['loss']] : []))),
    progress: () => Promise.resolve(),
    checkpoint: () => Promise.resolve(),
    shouldCheckpoint: () => false,
    log: () => undefined,
  }
  const result = await runStage({ kind: data.kind, configuration, seed: 1, vocabulary, images, data, initial, resume: null }, tools)
  return { losses, ...result }
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
const scoreOf = ({ evaluations }: StageResult, split: 'val' | 'test', name: string) =>
  evaluations.find((evaluation) => evaluation.split === split)?.scores[name] ?? NaN

describe('a small model with a dictionary', () => {
  let pretrained: Awaited<ReturnType<typeof run>>
  let answered: Awaited<ReturnType<typeof run>>
  beforeAll(async () => {
    pretrained = await run(captionData, null)
    answered = await run(questionData, pretrained.weights)
  }, 280_000)

  it('tells matching texts from others, and masked words by looking, far above chance', () => {
    // The first epochs have no MVM loss, so that the last total is of three terms and the first of two.
    expect(mean(pretrained.losses.slice(-20))).toBeLessThan(0.7 * mean(pretrained.losses.slice(0, 20)))
    expect(scoreOf(pretrained, 'val', 'accuracy.itm')).toBeGreaterThan(0.6)
    expect(scoreOf(pretrained, 'val', 'accuracy.mlm')).toBeGreaterThan(0.6)
  })

  it('keeps its dictionary alive, and predicts masked codewords better than the most frequent one', () => {
    expect(scoreOf(pretrained, 'val', 'codebook.used')).toBeGreaterThan(16)
    expect(scoreOf(pretrained, 'val', 'codebook.perplexity')).toBeGreaterThan(8)
    expect(scoreOf(pretrained, 'val', 'accuracy.mvm')).toBeGreaterThan(1.5 * scoreOf(pretrained, 'val', 'mvm.mostFrequent'))
  })

  it('answers questions by looking: far better than from the words, and no better than those with other pictures', () => {
    const blind = questionOnlyAccuracy(questionData.examples.train, questionData.examples.test).best
    expect(scoreOf(answered, 'test', 'accuracy')).toBeGreaterThan(blind + 0.3)
    expect(scoreOf(answered, 'test', 'accuracy.shuffledImages')).toBeLessThan(blind + 0.15)
  })

  it('draws every caption from a kind the pictures show', () => {
    expect(new Set(scenes.map((scene) => kindOf(scene.objects[0] as SceneObject))).size).toBeGreaterThan(20)
  })
})
