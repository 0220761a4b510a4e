import { parseArgs } from 'node:util'
import type { Tensor } from '@tensorflow/tfjs-core'
import { Configuration } from '#lib/soho/config'
import type { ImageBatch } from '#lib/soho/contract'
import { Random } from '#lib/soho/data/random'
import { createSoho } from '#lib/soho/model/soho'
import { installKernels } from '#lib/soho/nn/current-kernels'
import { plainKernels } from '#lib/soho/nn/plain-kernels'
import type { PretrainBatch } from '#lib/soho/pretrain/batch'
import { addPretrainHeads } from '#lib/soho/pretrain/losses'
import { pretrainForward } from '#lib/soho/pretrain/objective'
import type { PretrainForward } from '#lib/soho/pretrain/objective'
import { moveDictionary } from '#lib/soho/pretrain/train-dictionary'
import { Optimizer } from '#lib/soho/train/optimizer'
import { differentiate } from '#lib/soho/train/step'
import { installBackend } from '#workers/backend'
import { median, sizeNamed } from './sizes.ts'
import type { Size } from './sizes.ts'

/**
 * Measures our pre-training step at a size of `torch_twin.py`, or at a preset's own, and prints its line: median wall and CPU milliseconds, images a second,
 * resident memory. The step is the trainer's own: bytes in, updated weights and dictionary out. Under `--expose-gc` garbage is collected
 * now and then, so that growth is what is held.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'tiny' },
    steps: { type: 'string', default: '20' },
    warmup: { type: 'string', default: '3' },
    threads: { type: 'string', default: '1' },
    images: { type: 'string' },
    checkpoints: { type: 'string' },
    kernels: { type: 'string', default: 'fused' },
    accelerator: { type: 'string', default: 'cpu' },
  },
})
const warmupSteps = Number(values.warmup)
/** V8 compiles what runs often, in threads of its own: steps are measured once that has settled, as in all but the first seconds of a stage. */
const warmupMs = 10_000
const textLength = 16
const paddedWords = 4
const askedShare = 0.15

const known = sizeNamed(values.size)
const size: Size = { ...known, images: Number(values.images ?? known.images) }
const { images, words } = size
const configuration = Configuration.parse({
  ...size.configuration,
  text: { ...size.configuration.text, maxTokens: textLength },
  // `--checkpoints on|off`; the preset's own unless given.
  ...(values.checkpoints ? { memory: { gradientCheckpointing: values.checkpoints === 'on' } } : {}),
})
const device = await installBackend(Number(values.threads), values.accelerator as 'auto' | 'cpu' | 'cuda')
if (values.kernels === 'plain') installKernels(plainKernels)
const model = createSoho(configuration, { vocabularySize: words, seed: 0 })
addPretrainHeads(model, words)
const optimizer = new Optimizer(model.parameters, { ...configuration.pretrain.optimizer, clipNorm: 10 })
const { pixels, batch } = drawBatch(size, new Random(0, 'benchmark'))

function drawBatch({ images, widthPx, heightPx, words }: Size, random: Random): { pixels: ImageBatch; batch: PretrainBatch } {
  const each = (px: number) => Array.from({ length: images }, () => px)
  const bytes = Uint8Array.from({ length: images * widthPx * heightPx * 3 }, () => random.integer(256))
  const pairs = 4 * images
  const ids = new Int32Array(pairs * textLength)
  const asked: PretrainBatch['words'] = []
  const matches = Int32Array.from({ length: pairs }, (_, pair) => (pair % 4 < 2 ? 1 : 0))
  for (let pair = 0; pair < pairs; pair += 1) {
    for (let i = 0; i < textLength - paddedWords; i += 1) ids[pair * textLength + i] = 1 + random.integer(words - 1)
    if (matches[pair] === 0) continue
    for (let place = 1; place <= Math.round(askedShare * textLength); place += 1) {
      asked.push({ pair, place, label: ids[pair * textLength + place] as number })
    }
  }
  return {
    pixels: { pixels: bytes, heightPx, widthPx, validHeights: each(heightPx), validWidths: each(widthPx) },
    batch: { images: [...each(0).keys()], text: { ids, pairs, length: textLength }, matches, words: asked },
  }
}

function step(number: number): void {
  const found: NonNullable<PretrainForward['dictionary']>[] = []
  const { gradients } = differentiate(model, [0, number], false, (pass) => {
    const forward = pretrainForward(model, pass, pixels, batch, 0, number)
    if (forward.dictionary) found.push(forward.dictionary)
    return forward
  })
  optimizer.update(gradients, 1)
  moveDictionary(model, found, { seed: 0, step: number, stepsTotal: Infinity })
}

/** Steps after which memory has settled, and steps that are looked at together. */
const settledAfter = 300
const windowSteps = 100
const stepsPerCollection = 50

/**
 * Megabytes that resident memory grows in 100 steps once it has settled: between the lowest values of the first and of the last hundred steps,
 * since the allocator's heap swings by tens of megabytes. Null for runs too short to tell.
 */
function growthMb(resident: readonly number[]): number | null {
  const settled = resident.slice(settledAfter)
  const windows = (settled.length - windowSteps) / windowSteps
  if (windows < 1) return null
  const [first, last] = [Math.min(...settled.slice(0, windowSteps)), Math.min(...settled.slice(-windowSteps))]
  return Number(((last - first) / windows / 1e6).toFixed(2))
}

const wall: number[] = []
const cpu: number[] = []
const resident: number[] = []
const started = performance.now()
for (let i = 0; wall.length < Number(values.steps); i += 1) {
  const isWarm = i >= warmupSteps && performance.now() - started >= warmupMs
  const [at, used] = [performance.now(), process.cpuUsage()]
  step(i)
  const { user, system } = process.cpuUsage(used)
  if (i % stepsPerCollection === 0) globalThis.gc?.()
  resident.push(process.memoryUsage.rss())
  if (!isWarm) continue
  wall.push(performance.now() - at)
  cpu.push((user + system) / 1000)
}
const sizeOf = (tensor: Tensor) => {
  const count = tensor.size
  tensor.dispose()
  return count
}
console.log(
  JSON.stringify({
    size: values.size,
    wallMs: Number(median(wall).toFixed(1)),
    cpuMs: Number(median(cpu).toFixed(1)),
    imagesPerSecond: Number(((1000 * images) / median(wall)).toFixed(1)),
    parameters: model.parameters.all().reduce((sum, { variable }) => sum + sizeOf(variable.read()), 0),
    residentMb: Math.round(process.resourceUsage().maxRSS / 1024),
    growthMbPer100Steps: growthMb(resident),
    kernels: values.kernels,
    checkpoints: configuration.memory.gradientCheckpointing,
    threads: Number(values.threads),
    device: device.isGpu ? 'cuda' : 'cpu',
  }),
)
process.exit(0)
