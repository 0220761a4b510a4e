import type { Evaluation, NamedArrays, StageInput, StageResult, StageTools } from '../contract.ts'
import { sectionOf } from '../config.ts'
import type { Configuration } from '../config.ts'
import { byEpoch, cutBatches, groupByImages, shuffled, splitBatch } from '../data/batches.ts'
import type { Group } from '../data/batches.ts'
import { WordPieces } from '../data/word-pieces.ts'
import { createSoho } from '../model/soho.ts'
import type { Soho } from '../model/soho.ts'
import { runTraining } from '../train/loop.ts'
import { Optimizer } from '../train/optimizer.ts'
import { countTruncated } from '../model/encode-texts.ts'
import { createTask } from './create-task.ts'
import type { TaskData } from './create-task.ts'
import { createPauses, shortPauses } from './pauses.ts'
import type { Task } from './task.ts'
import { TaskTrainer } from './task-trainer.ts'
import type { Part } from './task-trainer.ts'

/** Validation between epochs reads so many examples (pairs, for retrieval): enough to choose, little enough to repeat. */
const validationLimit = 4000

/** Fine-tunes from pre-trained weights, keeps the checkpoint that is best on `val`, and reports `val` and `test` of that one. */
export async function runTask(input: StageInput, data: TaskData, tools: StageTools): Promise<StageResult> {
  const { configuration, seed, images, resume } = input
  const wordPieces = new WordPieces(input.vocabulary)
  const task = createTask({ configuration, wordPieces, data }, data)
  const settings = configuration[sectionOf[data.kind]]
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
  const trainer = new TaskTrainer(model, optimizer, task, data.kind, { seed, stepsPerEpoch, stepsTotal })
  await runTraining<Part>(
    {
      firstStep: resume?.step ?? 0,
      stepsTotal,
      stepsPerEpoch,
      imagesPerStep: Math.round(groups.reduce((sum, group) => sum + group.images.length, 0) / stepsPerEpoch),
      parts: (step) => {
        const batches = batchesOf(Math.floor(step / stepsPerEpoch))
        // Groups differ in size, so that an order can give a batch fewer than planned: then the epoch begins again.
        const batch = batches[(step % stepsPerEpoch) % batches.length] as Group[]
        const all = batch.flatMap((group) => group.examples)
        return splitBatch(batch, settings.accumulationSteps).map((groups, number) => async () => {
          const needed = [...new Set(groups.flatMap((group) => group.images))]
          return { number, batch: all, examples: groups.flatMap((group) => group.examples), needed, pixels: await images.read(needed) }
        })
      },
      compute: (step, part) => trainer.compute(step, part),
      update: (step) => trainer.update(step),
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
