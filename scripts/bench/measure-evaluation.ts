import { parseArgs } from 'node:util'
import { Configuration } from '#lib/soho/config'
import type { ImageSource } from '#lib/soho/contract'
import { Random } from '#lib/soho/data/random'
import { WordPieces } from '#lib/soho/data/word-pieces'
import { addLinear } from '#lib/soho/model/layers'
import { createSoho } from '#lib/soho/model/soho'
import { argMax, evaluateExamples } from '#lib/soho/tasks/classify'
import type { Pauses } from '#lib/soho/tasks/pauses'
import { scorePairs } from '#lib/soho/tasks/score-pairs'
import { addVqaHead, vqaLogits } from '#lib/soho/tasks/vqa'
import { installBackend } from '#workers/backend'
import { median, sizeNamed } from './sizes.ts'

/**
 * Measures our evaluation, the code that scores a test split: pairs of retrieval a second once the images are encoded, or questions of VQA a
 * second with everything, five an image. `--evaluate retrieval|vqa`, else as `measure-step.ts`; `--steps` repetitions.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'tiny' },
    evaluate: { type: 'string', default: 'retrieval' },
    steps: { type: 'string', default: '5' },
    threads: { type: 'string', default: '1' },
    accelerator: { type: 'string', default: 'cpu' },
  },
})
/** With [CLS] and [SEP]. */
const textLength = 12
const questionsPerImage = 5

const { widthPx, heightPx, words, configuration: preset, evaluation } = sizeNamed(values.size)
const configuration = Configuration.parse({ ...preset, text: { ...preset.text, maxTokens: 16 } })
const device = await installBackend(Number(values.threads), values.accelerator as 'auto' | 'cpu' | 'cuda')
const random = new Random(0, 'benchmark')
const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
const vocabulary = [...special, ...Array.from({ length: words - special.length }, (_, i) => `w${i}`)]
const wordPieces = new WordPieces(vocabulary)
const model = createSoho(configuration, { vocabularySize: words, seed: 0 })
const sentence = () => Array.from({ length: textLength - 2 }, () => vocabulary[5 + random.integer(words - 5)]).join(' ')
const images = Array.from({ length: evaluation.images }, (_, i) => i)
const pixels = images.map(() => Uint8Array.from({ length: 3 * widthPx * heightPx }, () => random.integer(256)))
const source: ImageSource = {
  count: images.length,
  isWide: () => widthPx > heightPx,
  read(indexes) {
    const all = new Uint8Array(indexes.length * 3 * widthPx * heightPx)
    for (const [i, index] of indexes.entries()) all.set(pixels[index] as Uint8Array, i * 3 * widthPx * heightPx)
    const each = (px: number) => indexes.map(() => px)
    return Promise.resolve({ pixels: all, heightPx, widthPx, validHeights: each(heightPx), validWidths: each(widthPx) })
  },
}

interface Moment {
  done: number
  wallMs: number
  cpuMs: number
}
const marks: Moment[] = []
function mark(done: number): void {
  const { user, system } = process.cpuUsage()
  marks.push({ done, wallMs: performance.now(), cpuMs: (user + system) / 1000 })
}
const pauses: Pauses = { kept: new Map(), pause: (done) => Promise.resolve(mark(done)) }
const shared = { model, wordPieces, maximum: 16, useFeatures: false, pauses }

/** Pairs after the first batch, which the encoding of the images comes before. */
async function scoreAll(): Promise<Moment[]> {
  const texts = Array.from({ length: evaluation.texts }, sentence)
  await scorePairs({ ...shared, source, images, texts })
  return marks
}

async function answerAll(): Promise<Moment[]> {
  const examples = images.flatMap((image) => Array.from({ length: questionsPerImage }, () => ({ text: sentence(), images: [image] })))
  mark(0)
  await evaluateExamples({ ...shared, images: source, examples, logits: vqaLogits, read: (logits) => argMax(logits) })
  return marks
}

const { hiddenSize, feedForwardSize } = configuration.transformer
if (values.evaluate === 'vqa') addVqaHead(model.parameters, hiddenSize, feedForwardSize, evaluation.answers)
else addLinear(model.parameters, 'heads.itm', hiddenSize, 2)
const rates: { wall: number; cpu: number }[] = []
for (let i = 0; i <= Number(values.steps); i += 1) {
  marks.length = 0
  const found = await (values.evaluate === 'vqa' ? answerAll() : scoreAll())
  const [first, last] = [found[0], found.at(-1)] as [Moment, Moment]
  const items = last.done - first.done
  // The first round warms up, where there is another.
  if (i > 0 || values.steps === '0')
    rates.push({ wall: (1000 * items) / (last.wallMs - first.wallMs), cpu: (1000 * items) / (last.cpuMs - first.cpuMs) })
}
console.log(
  JSON.stringify({
    ...{ size: values.size, evaluate: values.evaluate },
    itemsPerSecond: Number(median(rates.map(({ wall }) => wall)).toFixed(2)),
    itemsPerCpuSecond: Number(median(rates.map(({ cpu }) => cpu)).toFixed(2)),
    residentMb: Math.round(process.resourceUsage().maxRSS / 1024),
    ...{ threads: Number(values.threads), device: device.isGpu ? 'cuda' : 'cpu' },
  }),
)
process.exit(0)
