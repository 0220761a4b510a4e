import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { miniConfiguration, miniImages, miniInput } from '../../../tests/mini-world.ts'
import { taskKinds } from '../config.ts'
import type { Configuration } from '../config.ts'
import type { NamedArrays } from '../contract.ts'
import { groupByImages, splitBatch } from '../data/batches.ts'
import type { Group } from '../data/batches.ts'
import { WordPieces } from '../data/word-pieces.ts'
import { toArray } from '../model/parameters.ts'
import { createSoho, see } from '../model/soho.ts'
import { Optimizer } from '../train/optimizer.ts'
import { differentiate, GradientSum } from '../train/step.ts'
import { createTask } from './create-task.ts'
import { shortPauses } from './pauses.ts'
import { TaskTrainer } from './task-trainer.ts'

/** The gradient of a batch that is computed in so many parts, batch norm at rest. */
async function gradientOf(kind: (typeof taskKinds)[number], count: number): Promise<{ gradients: NamedArrays; loss: number }> {
  const configuration = { ...miniConfiguration, transformer: { ...miniConfiguration.transformer, dropout: 0 } }
  const { data, vocabulary } = miniInput(kind)
  if (data.kind === 'pretrain') throw new Error('a task expected')
  const wordPieces = new WordPieces(vocabulary)
  const task = createTask({ configuration, wordPieces, data }, data)
  const model = createSoho(configuration, { vocabularySize: wordPieces.size, seed: 2 })
  task.addHeads(model)
  const groups = groupByImages(task.train).slice(0, 5)
  // Groups of different sizes, so that parts weigh differently.
  const uneven = groups.map((group, i): Group => ({
    ...group,
    examples: i === 0 ? [...group.examples, ...group.examples] : group.examples,
  }))
  const batch = uneven.flatMap((group) => group.examples)
  const sum = new GradientSum()
  for (const part of splitBatch(uneven, count)) {
    const needed = [...new Set(part.flatMap((group) => group.images))]
    const pixels = await miniImages.read(needed)
    let terms = 0
    const found = differentiate(model, [0, 0], false, (training) => {
      const pass = { ...training, training: false }
      const examples = part.flatMap((group) => group.examples)
      const slot = (image: number) => needed.indexOf(image)
      const objective = task.objective({ pass, model, seen: see(model, pass, pixels), batch, examples, slot, seed: 1, step: 0 })
      terms = objective.terms
      return objective
    })
    sum.add(found, terms)
  }
  const { gradients, report } = sum.mean()
  model.parameters.dispose()
  return { gradients: new Map([...gradients].map(([name, tensor]) => [name, toArray(tensor, true)])), loss: report['loss'] as number }
}

it.each(taskKinds)('%s: the parts of a batch give its loss and its gradient, whatever their number and sizes', async (kind) => {
  const whole = await gradientOf(kind, 1)
  for (const count of [2, 9]) {
    const parts = await gradientOf(kind, count)
    expect(Math.abs(parts.loss - whole.loss), `loss of ${count} parts`).toBeLessThan(1e-5)
    expect([...parts.gradients.keys()]).toEqual([...whole.gradients.keys()])
    for (const [name, own] of whole.gradients) {
      // Zero but for rounding: softmax does not see what all keys have in common.
      if (name.endsWith('.key.bias')) continue
      const data = own.data as Float32Array
      const other = parts.gradients.get(name)?.data as Float32Array
      const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6)
      const difference = data.reduce((most, value, i) => Math.max(most, Math.abs(value - (other[i] as number))), 0)
      expect(difference / largest, `${name} of ${count} parts`).toBeLessThan(1e-4)
    }
  }
})

it('the trainer weighs the parts of a batch by their examples', async () => {
  const configuration = { ...miniConfiguration, transformer: { ...miniConfiguration.transformer, dropout: 0 } }
  const { data, vocabulary } = miniInput('snli-ve')
  if (data.kind !== 'snli-ve') throw new Error('SNLI-VE expected')
  const wordPieces = new WordPieces(vocabulary)
  const task = createTask({ configuration, wordPieces, data }, data)
  const groups = groupByImages(task.train)
  const cuts = [groups.slice(0, 1), groups.slice(1, 5)]
  const batch = cuts.flat().flatMap((group) => group.examples)
  const lossOf = async (chosen: Group[][]) => {
    const model = createSoho(configuration, { vocabularySize: wordPieces.size, seed: 2 })
    task.addHeads(model)
    const optimizer = new Optimizer(model.parameters, configuration.snliVe.optimizer)
    const trainer = new TaskTrainer(model, optimizer, task, 'snli-ve', { seed: 1, stepsPerEpoch: 1, stepsTotal: 1 })
    for (const [number, part] of chosen.entries()) {
      const needed = [...new Set(part.flatMap((group) => group.images))]
      const examples = part.flatMap((group) => group.examples)
      trainer.compute(0, { number, batch, examples, needed, pixels: await miniImages.read(needed) })
    }
    const { loss } = trainer.update(0)
    model.parameters.dispose()
    return loss as number
  }
  const counts = cuts.map((part) => part.flatMap((group) => group.examples).length) as [number, number]
  const [few, many, together] = [await lossOf([cuts[0] as Group[]]), await lossOf([cuts[1] as Group[]]), await lossOf(cuts)]
  expect(counts[0]).toBeLessThan(counts[1])
  expect(Math.abs(few - many)).toBeGreaterThan(1e-3)
  expect(together).toBeCloseTo((counts[0] * few + counts[1] * many) / (counts[0] + counts[1]), 5)
})

it.each(taskKinds)('%s: an evaluation gives the same answers where images are so large that one passes at once', async (kind) => {
  const { data, vocabulary } = miniInput(kind)
  if (data.kind === 'pretrain') throw new Error('a task expected')
  const wordPieces = new WordPieces(vocabulary)
  const reads: number[] = []
  const images = { ...miniImages, read: (indexes: readonly number[]) => (reads.push(indexes.length), miniImages.read(indexes)) }
  const evaluate = async (image: Configuration['image']) => {
    reads.length = 0
    const configuration = { ...miniConfiguration, image }
    const task = createTask({ configuration, wordPieces, data }, data)
    const model = createSoho(configuration, { vocabularySize: wordPieces.size, seed: 2 })
    task.addHeads(model)
    const { predictions } = await task.evaluate({ model, images, split: 'test', limit: null, pauses: shortPauses })
    model.parameters.dispose()
    return { predictions, most: Math.max(...reads) }
  }
  const [usual, large] = [await evaluate(miniConfiguration.image), await evaluate({ shortSidePx: 2048, longSidePx: 4096 })]
  expect(large.predictions).toEqual(usual.predictions)
  expect([usual.most > 2, large.most]).toEqual([true, kind === 'nlvr2' ? 2 : 1])
})

it('a batch is cut in its order into parts of about equally many examples, none empty', () => {
  const groups = [3, 1, 1, 4, 1, 2].map((size, i): Group => ({ images: [i], examples: Array.from({ length: size }, () => i) }))
  const sizes = (count: number) => splitBatch(groups, count).map((part) => part.map(({ examples }) => examples.length))
  expect(sizes(1)).toEqual([[3, 1, 1, 4, 1, 2]])
  expect(sizes(3)).toEqual([
    [3, 1],
    [1, 4],
    [1, 2],
  ])
  expect(sizes(100).flat()).toEqual([3, 1, 1, 4, 1, 2])
  expect(sizes(100).every((part) => part.length > 0)).toBe(true)
})

it('one micro-batch alone keeps its bits, and a sum begins anew after its mean', () => {
  const sum = new GradientSum()
  const of = (value: number) => ({ gradients: new Map([['w', tf.tensor1d([value])]]), report: { loss: value } })
  for (const value of [1 / 3, 0.7]) {
    sum.add(of(value), 3)
    const { gradients, report } = sum.mean()
    expect([...(gradients.get('w')?.dataSync() ?? [])]).toEqual([Math.fround(value)])
    expect(report['loss']).toBeCloseTo(value, 12)
  }
  const before = tf.memory().numTensors
  for (const [value, weight] of [[1, 1], [4, 2], [9, 3]] as const) sum.add(of(value), weight) // prettier-ignore
  const { gradients, report } = sum.mean()
  expect([gradients.get('w')?.dataSync()[0], report['loss']]).toEqual([6, 6])
  expect(tf.memory().numTensors - before).toBe(1)
})
