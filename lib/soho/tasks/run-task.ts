import * as tf from '@tensorflow/tfjs-core'
import type { Evaluation, NamedArrays, StageInput, StageResult, StageTools } from '../contract.ts'
import type { Configuration } from '../config.ts'
import { byEpoch, cutBatches, groupByImages, shuffled } from '../data/batches.ts'
import type { Group } from '../data/batches.ts'
import { randomKey } from '../data/random.ts'
import { WordPieces } from '../data/word-pieces.ts'
import { createSoho, see } from '../model/soho.ts'
import type { Soho, VisualTokens } from '../model/soho.ts'
import { assign, updateDictionary } from '../model/visual-dictionary.ts'
import type { Assignment } from '../model/visual-dictionary.ts'
import type { ImageBatch } from '../contract.ts'
import { runTraining } from '../train/loop.ts'
import { Optimizer } from '../train/optimizer.ts'
import { rateFactor } from '../train/schedule.ts'
import { differentiate } from '../train/step.ts'
import { countTruncated } from '../model/encode-texts.ts'
import { nlvr2Task } from './nlvr2.ts'
import { createPauses, shortPauses } from './pauses.ts'
import { retrievalTask } from './retrieval.ts'
import { snliVeTask } from './snli-ve.ts'
import type { Task, TaskSetup } from './task.ts'
import { vqaTask } from './vqa.ts'

type TaskData = Exclude<StageInput['data'], { kind: 'pretrain' }>

function createTask(setup: TaskSetup, data: TaskData): Task {
  switch (data.kind) {
    case 'retrieval':
      return retrievalTask(setup, data.examples)
    case 'vqa':
      return vqaTask(setup, data.examples)
    case 'nlvr2':
      return nlvr2Task(setup, data.examples)
    case 'snli-ve':
      return snliVeTask(setup, data.examples)
  }
}

/** Validation between epochs reads so many examples (pairs, for retrieval): enough to choose, little enough to repeat. */
const validationLimit = 4000

/** Fine-tunes from pre-trained weights, keeps the checkpoint that is best on `val`, and reports `val` and `test` of that one. */
export async function runTask(input: StageInput, data: TaskData, tools: StageTools): Promise<StageResult> {
  const { configuration, seed, images, resume } = input
  const wordPieces = new WordPieces(input.vocabulary)
  const task = createTask({ configuration, wordPieces, data }, data)
  const settings = configuration[data.kind === 'snli-ve' ? 'snliVe' : data.kind]
  const model = createSoho(configuration, { vocabularySize: wordPieces.size, seed })
  task.addHeads(model)
  const optimizer = new Optimizer(model.parameters, settings.optimizer)
  const groups = groupByImages(task.train)
  if (groups.length === 0) throw new Error('the data have no example in the train split')
  const cut = (list: readonly Group[]) => cutBatches(list, settings.examplesPerBatch, images.isWide)
  const batchesOf = byEpoch((epoch) => cut(shuffled(groups, seed, 'task order', epoch)))
  const stepsPerEpoch = cut(groups).length
  const stepsTotal = stepsPerEpoch * settings.epochs
  const best = new BestCheckpoint()
  if (resume) {
    model.parameters.load(resume.arrays)
    optimizer.load(resume.arrays)
    best.load(resume.arrays)
  } else {
    if (input.initial) tools.log('info', `starts fresh: ${model.parameters.load(input.initial).missing.join(', ') || 'nothing'}`)
    reportTruncation(task, wordPieces, configuration, data.kind, tools)
  }

  const state = () => new Map([...model.parameters.arrays(), ...optimizer.arrays(), ...best.arrays()])
  await runTraining<{ batch: Group[]; needed: number[]; pixels: ImageBatch }>(
    {
      firstStep: resume?.step ?? 0,
      stepsTotal,
      stepsPerEpoch,
      imagesPerStep: Math.round(groups.reduce((sum, group) => sum + group.images.length, 0) / stepsPerEpoch),
      prepare: async (step) => {
        const batches = batchesOf(Math.floor(step / stepsPerEpoch))
        // Groups differ in size, so that an order can give a batch fewer than planned: then the epoch begins again.
        const batch = batches[(step % stepsPerEpoch) % batches.length] as Group[]
        const needed = [...new Set(batch.flatMap((group) => group.images))]
        return { batch, needed, pixels: await images.read(needed) }
      },
      update: (step, { batch, needed, pixels }) => {
        const slots = new Map(needed.map((image, i) => [image, i]))
        const found: Assignment[] = []
        const { gradients, report } = differentiate(model, randomKey(seed, 'dropout', step), false, (pass) => {
          const seen = see(model, pass, pixels, settings.input === 'features')
          if (settings.input === 'dictionary') found.push(...assignmentsOf(model, seen))
          const examples = batch.flatMap((group) => group.examples)
          return task.objective({ pass, model, seen, examples, slot: (image) => slots.get(image) as number, seed, step })
        })
        const factor = rateFactor(settings.optimizer, step, stepsPerEpoch, stepsTotal)
        const gradientNorm = optimizer.update(gradients, factor)
        for (const assignment of found) followFeatures(model, assignment)
        return { ...report, gradientNorm, learningRate: factor * settings.optimizer.learningRate }
      },
      epochEnded: async (epoch) => {
        if (data.examples.val.length === 0) return best.offer(null, model, null)
        const evaluation = await task.evaluate({ model, images, split: 'val', limit: validationLimit, pauses: shortPauses })
        const score = evaluation.scores[task.selection] ?? null
        if (score !== null) await tools.points((epoch + 1) * stepsPerEpoch - 1, { [`val.${task.selection}`]: score })
        best.offer(score, model, evaluation)
      },
      state,
    },
    tools,
  )
  best.restore(model)
  const evaluations = []
  for (const split of ['val', 'test'] as const) {
    const known = split === 'val' ? best.evaluation : null
    const limit = split === 'val' ? validationLimit : null
    const pauses = createPauses(split, stepsTotal, state, resume?.arrays ?? null, tools)
    if (data.examples[split].length > 0) evaluations.push(known ?? (await task.evaluate({ model, images, split, limit, pauses })))
  }
  return { weights: model.parameters.arrays(), evaluations, codebook: null }
}

/** What a batch says about the dictionary, kept for after the update; nothing without one. */
function assignmentsOf({ configuration }: Soho, { features, indices, valid }: VisualTokens): Assignment[] {
  if (!indices) return []
  const { counts, sums } = assign(features, indices, tf.tensor1d(valid), configuration.dictionary.size)
  return [{ counts: tf.keep(counts), sums: tf.keep(sums) }]
}

/** The codebook moves with the features in fine-tuning as in pre-training; nothing is revived. Disposes its input. */
function followFeatures(model: Soho, found: Assignment): void {
  updateDictionary(model.parameters, model.configuration.dictionary, found)
  found.counts.dispose()
  found.sums.dispose()
}

function reportTruncation(task: Task, wordPieces: WordPieces, { text }: Configuration, kind: TaskData['kind'], tools: StageTools): void {
  const length = kind === 'nlvr2' || kind === 'snli-ve' ? text.maxTokensLong : text.maxTokens
  const texts = task.train.slice(0, 10_000).map((example) => example.text)
  const share = (100 * countTruncated(wordPieces, texts, length)) / texts.length
  tools.log('info', `${share.toFixed(1)} % of the training texts are cut at ${length} word pieces`)
}

const bestPrefix = 'best.'

/** The weights of the epoch with the best validation score so far. Without a score the last epoch counts. */
class BestCheckpoint {
  private score = -Infinity
  private weights: NamedArrays | null = null
  /** What `val` gave with these weights; null after a resumption, when it has to be evaluated again. */
  evaluation: Evaluation | null = null

  offer(score: number | null, model: Soho, evaluation: Evaluation | null): void {
    if (score !== null && score <= this.score) return
    this.score = score ?? this.score
    this.evaluation = evaluation
    this.weights = model.parameters.arrays()
  }

  restore(model: Soho): void {
    if (this.weights) model.parameters.load(this.weights)
  }

  arrays(): NamedArrays {
    if (!this.weights) return new Map()
    const prefixed = [...this.weights].map(([name, array]) => [`${bestPrefix}${name}`, array] as const)
    // All 64 bits: a rounded score would lose to its own equal after a resumption.
    const score = new Int32Array(Float64Array.of(this.score).buffer)
    return new Map([...prefixed, [`${bestPrefix}score`, { shape: [2], data: score }]])
  }

  load(arrays: NamedArrays): void {
    const own = [...arrays]
      .filter(([name]) => name.startsWith(bestPrefix))
      .map(([name, array]) => [name.slice(bestPrefix.length), array] as const)
    if (own.length === 0) return
    this.weights = new Map(own)
    this.score = new Float64Array(Int32Array.from(this.weights.get('score')?.data ?? []).buffer)[0] ?? -Infinity
    this.weights.delete('score')
  }
}
