import * as tf from '@tensorflow/tfjs-core'
import type { CaptionExample, Evaluation, NamedArrays, Splits, StageInput, StageResult, StageTools } from '../contract.ts'
import { byEpoch, shuffled } from '../data/batches.ts'
import { cutByOrientation } from '../data/cut-by-orientation.ts'
import { WordPieces } from '../data/word-pieces.ts'
import { createSoho, withWeights } from '../model/soho.ts'
import type { Soho } from '../model/soho.ts'
import { perplexity } from '../model/visual-dictionary.ts'
import { runTraining } from '../train/loop.ts'
import { Optimizer } from '../train/optimizer.ts'
import { fitWeights } from '../weights/import-weights.ts'
import { captionedImages, pretrainBatch } from './batch.ts'
import type { CaptionedImage } from './batch.ts'
import { indexCodebook } from './index-codebook.ts'
import { addPretrainHeads } from './losses.ts'
import { pretrainForward } from './objective.ts'
import { PretrainTrainer } from './pretrain-trainer.ts'
import type { MicroBatch, Plan } from './pretrain-trainer.ts'
import { startDictionary } from './train-dictionary.ts'

/** Pre-trains from given or fresh weights, evaluates on `val`, and indexes the codebook. */
export async function runPretrain(input: StageInput, examples: Splits<CaptionExample>, tools: StageTools): Promise<StageResult> {
  const { configuration, seed, images, resume } = input
  const wordPieces = new WordPieces(input.vocabulary)
  const model = createSoho(configuration, { vocabularySize: wordPieces.size, seed })
  addPretrainHeads(model, wordPieces.size)
  const optimizer = new Optimizer(model.parameters, configuration.pretrain.optimizer)
  const train = captionedImages(examples.train)
  const batchesOf = byEpoch((epoch) => cutImages(shuffled(train, seed, 'pre-training order', epoch), input))
  const plan = planBatches(cutImages(train, input), configuration)
  const micro = (number: number) => readMicroBatch(input, wordPieces, train, batchesOf, plan, number)

  if (input.initial && !resume) startFrom(model, input.initial, tools)
  if (resume) {
    model.parameters.load(resume.arrays)
    optimizer.load(resume.arrays)
  } else if (configuration.dictionary.warmupEpochs === 0) await startFromData(0)

  async function startFromData(epoch: number): Promise<void> {
    const { size, start } = configuration.dictionary
    const first = epoch * plan.stepsPerEpoch * configuration.pretrain.accumulationSteps
    if (size > 0 && start === 'data') await startDictionary(model, async (number) => (await micro(first + number)).pixels, seed)
  }

  const trainer = new PretrainTrainer(model, optimizer, seed, plan)
  await runTraining<MicroBatch>(
    {
      firstStep: resume?.step ?? 0,
      ...plan,
      imagesPerStep: plan.imagesPerBatch * configuration.pretrain.accumulationSteps,
      parts: (step) => {
        const each = configuration.pretrain.accumulationSteps
        return Array.from({ length: each }, (_, i) => () => micro(step * each + i))
      },
      compute: (step, part) => trainer.compute(step, part),
      update: (step) => trainer.update(step),
      epochEnded: async (epoch) => {
        if (epoch + 1 === configuration.dictionary.warmupEpochs) await startFromData(epoch + 1)
      },
      state: () => new Map([...model.parameters.arrays(), ...optimizer.arrays()]),
    },
    tools,
  )
  const codebook = await indexCodebook(model, images, tools)
  const evaluation = await evaluatePretrain(input, model, wordPieces, captionedImages(examples.val))
  if (codebook) Object.assign(evaluation.scores, codebookScores(codebook.maps, configuration.dictionary.size))
  return { weights: model.parameters.arrays(), evaluations: [evaluation], codebook }
}

/** A log line names so many arrays. */
const namedMissing = 12

/** @throws Error naming the arrays whose shape is not the model's */
function startFrom(model: Soho, initial: NamedArrays, tools: StageTools): void {
  const { arrays, loaded, missing, extra, ignored, wrongShape } = fitWeights(initial, model.parameters.shapes())
  if (wrongShape.length > 0) {
    const each = wrongShape.map(({ name, found, wanted }) => `${name} is [${found.join(', ')}] instead of [${wanted.join(', ')}]`)
    throw new Error(`the given weights do not fit the model: ${each.join('; ')}`)
  }
  model.parameters.load(arrays)
  const named = missing.slice(0, namedMissing).join(', ')
  const fresh = missing.length > namedMissing ? ` (${named}, …)` : missing.length > 0 ? ` (${named})` : ''
  const unused = `${ignored.length} of deeper layers ignored, ${extra.length} that the model lacks`
  tools.log('info', `starts from given weights: ${loaded.length} arrays loaded, ${missing.length} fresh${fresh}, ${unused}`)
}

/** Batches of one orientation. The last, incomplete ones of an epoch are left out: batch norm wants batches of one size. */
function cutImages(train: readonly CaptionedImage[], { configuration, images }: StageInput): CaptionedImage[][] {
  if (train.length === 0) throw new Error('the pre-training data have no image in the train split')
  const size = Math.min(configuration.pretrain.imagesPerBatch, train.length)
  return cutByOrientation(train, ({ image }) => images.isWide(image), size).full
}

/** As many batches fill up in one order as in another: how many images an orientation has decides. */
function planBatches(batches: CaptionedImage[][], { pretrain }: StageInput['configuration']): Plan {
  const stepsPerEpoch = Math.max(1, Math.floor(batches.length / pretrain.accumulationSteps))
  return { stepsPerEpoch, stepsTotal: stepsPerEpoch * pretrain.epochs, imagesPerBatch: batches[0]?.length ?? 0 }
}

async function readMicroBatch(
  { configuration, seed, images }: StageInput,
  wordPieces: WordPieces,
  train: CaptionedImage[],
  batchesOf: (epoch: number) => CaptionedImage[][],
  plan: Plan,
  number: number,
): Promise<MicroBatch> {
  const perEpoch = plan.stepsPerEpoch * configuration.pretrain.accumulationSteps
  const batches = batchesOf(Math.floor(number / perEpoch))
  const chosen = batches[(number % perEpoch) % batches.length] as CaptionedImage[]
  const batch = pretrainBatch(chosen, train, wordPieces, configuration, seed, number)
  return { batch, pixels: await images.read(batch.images), number }
}

/** Images of `val` that the losses are measured on. */
const evaluationImages = 256

async function evaluatePretrain(input: StageInput, model: Soho, wordPieces: WordPieces, val: CaptionedImage[]): Promise<Evaluation> {
  const chosen = val.slice(0, evaluationImages)
  const size = Math.min(chosen.length, model.configuration.pretrain.imagesPerBatch)
  const sums: Record<string, number> = {}
  const labels: number[] = []
  let batches = 0
  for (let at = 0; at + size <= chosen.length && size > 0; at += size) {
    const batch = pretrainBatch(chosen.slice(at, at + size), chosen, wordPieces, model.configuration, input.seed, -1 - at)
    const pixels = await input.images.read(batch.images)
    const report = tf.tidy(() =>
      withWeights(model, (pass) => {
        const forward = pretrainForward(model, pass, pixels, batch, input.seed, -1 - at)
        for (const tensor of forward.dictionary ? [forward.dictionary.counts, forward.dictionary.sums, forward.dictionary.tokens] : [])
          tensor.dispose()
        labels.push(...forward.mvmLabels)
        return Object.fromEntries(
          Object.entries({ loss: forward.loss, ...forward.report }).map(([name, value]) => [name, value.dataSync()[0] as number]),
        )
      }),
    )
    for (const [name, value] of Object.entries(report)) sums[name] = (sums[name] ?? 0) + value
    batches += 1
  }
  const scores: Record<string, number | null> = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / batches]))
  if (labels.length > 0) scores['mvm.mostFrequent'] = mostFrequentShare(labels)
  return { split: 'val', exampleCount: batches * size, scores, predictions: [] }
}

function mostFrequentShare(labels: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return Math.max(...counts.values()) / labels.length
}

function codebookScores(maps: { codes: Int32Array }[], size: number): Record<string, number> {
  const counts = new Array<number>(size).fill(0)
  for (const { codes } of maps) for (const code of codes) if (code >= 0) counts[code] = (counts[code] ?? 0) + 1
  return { 'codebook.used': counts.filter((count) => count > 0).length, 'codebook.perplexity': perplexity(counts) }
}
