import { presets } from '../lib/soho/presets.ts'
import type { Configuration, StageKind } from '../lib/soho/config.ts'
import type { ImageSource, StageData, StageInput, StageTools } from '../lib/soho/contract.ts'
import { Random } from '../lib/soho/data/random.ts'
import { buildVocabulary } from '../lib/soho/data/vocabulary.ts'

/**
 * The smallest world in which every stage runs: images of one colour out of six with a frame of another, and texts that name them. No
 * files, no database; a stage takes a second.
 */
const sidePx = 32
const colours = ['red', 'green', 'blue', 'white', 'black', 'yellow'] as const
const channels: Record<(typeof colours)[number], [number, number, number]> = {
  red: [220, 30, 30],
  green: [30, 200, 40],
  blue: [30, 40, 220],
  white: [240, 240, 240],
  black: [15, 15, 15],
  yellow: [230, 220, 40],
}
const imageCount = 24
const colourOf = (image: number) => colours[image % colours.length] as (typeof colours)[number]
const frameOf = (image: number) => colours[(image + 1 + Math.floor(image / colours.length)) % colours.length] as (typeof colours)[number]

export const miniImages: ImageSource = {
  count: imageCount,
  isWide: () => false,
  read(indexes) {
    const pixels = new Uint8Array(indexes.length * sidePx * sidePx * 3)
    for (const [b, image] of indexes.entries()) {
      const random = new Random(5, 'mini world', image)
      for (let i = 0; i < sidePx * sidePx; i += 1) {
        const [x, y] = [i % sidePx, Math.floor(i / sidePx)]
        const colour = channels[x < 16 && y < 16 ? frameOf(image) : colourOf(image)]
        for (let c = 0; c < 3; c += 1) pixels[(b * sidePx * sidePx + i) * 3 + c] = (colour[c] as number) + random.integer(15)
      }
    }
    const sides = indexes.map(() => sidePx)
    return Promise.resolve({ pixels, heightPx: sidePx, widthPx: sidePx, validHeights: sides, validWidths: sides })
  },
}

const range = (first: number, end: number) => Array.from({ length: end - first }, (_, i) => first + i)
const splits = <E>(make: (image: number) => E[]) => ({
  train: range(0, 16).flatMap(make),
  val: range(16, 20).flatMap(make),
  test: range(20, 24).flatMap(make),
})
const captions = (image: number) => [
  { exampleId: `${image} a`, text: `a ${colourOf(image)} field`, image },
  { exampleId: `${image} b`, text: `${colourOf(image)} with ${frameOf(image)}`, image },
]
const questions = (image: number) => [
  { exampleId: `${image} q`, text: 'what colour', image, answers: Array<string>(10).fill(colourOf(image)), answerType: 'other' },
]
const statements = (image: number) =>
  [true, false].map((label) => ({
    ...{ exampleId: `${image} ${label}`, label, group: String(image), images: [image, (image + 6) % imageCount] },
    text: label ? `left is ${colourOf(image)}` : `left is ${colourOf(image + 2)}`,
  }))
const hypotheses = (image: number) =>
  (['entailment', 'contradiction'] as const).map((label) => ({
    ...{ exampleId: `${image} ${label}`, label, image },
    text: `it is ${colourOf(label === 'entailment' ? image : image + 3)}`,
  }))

const vocabulary = buildVocabulary(
  range(0, 16).flatMap((image) => captions(image).map(({ text }) => text)),
  128,
)

export const miniData: Record<StageKind, StageData> = {
  pretrain: { kind: 'pretrain', examples: splits(captions) },
  retrieval: { kind: 'retrieval', examples: splits(captions) },
  vqa: { kind: 'vqa', examples: splits(questions) },
  nlvr2: { kind: 'nlvr2', examples: splits(statements) },
  'snli-ve': { kind: 'snli-ve', examples: splits(hypotheses) },
}

const { tiny } = presets
const brief = { epochs: 3, examplesPerBatch: 8, accumulationSteps: 2 }
export const miniConfiguration: Configuration = {
  ...tiny,
  image: { shortSidePx: sidePx, longSidePx: sidePx },
  dictionary: { ...tiny.dictionary, size: 8, warmupEpochs: 1, reviveEverySteps: 2 },
  transformer: { layers: 2, hiddenSize: 32, heads: 2, feedForwardSize: 64, dropout: 0.1 },
  pretrain: { ...tiny.pretrain, epochs: 4, imagesPerBatch: 4, accumulationSteps: 2 },
  retrieval: { ...tiny.retrieval, ...brief },
  vqa: { ...tiny.vqa, ...brief },
  nlvr2: { ...tiny.nlvr2, ...brief },
  snliVe: { ...tiny.snliVe, ...brief },
}

export function miniInput(kind: StageKind, change: Partial<StageInput> = {}): StageInput {
  return {
    ...{ kind, configuration: miniConfiguration, seed: 3, vocabulary, images: miniImages, data: miniData[kind] },
    ...{ initial: null, resume: null, ...change },
  }
}

export function quietTools(change: Partial<StageTools> = {}): StageTools {
  return {
    signal: new AbortController().signal,
    points: () => Promise.resolve(),
    progress: () => Promise.resolve(),
    checkpoint: () => Promise.resolve(),
    shouldCheckpoint: () => false,
    log: () => undefined,
    ...change,
  }
}
