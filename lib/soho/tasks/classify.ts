import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { ImageSource } from '../contract.ts'
import { cutBatches, groupByImages, splitBatch } from '../data/batches.ts'
import type { Group } from '../data/batches.ts'
import type { WordPieces } from '../data/word-pieces.ts'
import type { Pass } from '../model/layers.ts'
import { imagesAtOnce } from '../memory/at-once.ts'
import { classRows, classStates, fuse, placesOf, see, visualRows, withWeights } from '../model/soho.ts'
import type { Soho, VisualTokens } from '../model/soho.ts'
import { encodeTexts } from '../model/encode-texts.ts'
import type { Pauses } from './pauses.ts'
import type { TaskExample } from './task.ts'

/**
 * [CLS] states of examples. An example with m images is passed m times, once with each, and its states stand side by side.
 * @returns [examples, images an example * D]
 */
export function exampleStates(options: {
  model: Soho
  pass: Pass
  seen: VisualTokens
  wordPieces: WordPieces
  maximum: number
  examples: readonly TaskExample[]
  slot: (image: number) => number
}): Tensor2D {
  const { model, pass, seen, wordPieces, maximum, examples, slot } = options
  const each = examples[0]?.images.length ?? 1
  const texts = examples.flatMap(({ text, images }) => images.map(() => text))
  const { places, valid } = placesOf(
    seen,
    examples.flatMap(({ images }) => images.map(slot)),
  )
  const text = encodeTexts(wordPieces, texts, maximum)
  const wanted = classRows(text.pairs, text.length + places.length / text.pairs)
  const states = classStates(fuse(model, pass, text, visualRows(pass, seen, false), places, valid, wanted))
  return each === 1 ? states : tf.reshape(states, [examples.length, each * states.shape[1]])
}

/** Examples in one evaluation batch. */
const evaluationBatch = 128

/**
 * Runs a classifier over examples without training: images of a group once, running statistics, the codebook at rest.
 * @param read turns logits into one result an example
 */
export async function evaluateExamples<R>(options: {
  model: Soho
  images: ImageSource
  examples: readonly TaskExample[]
  wordPieces: WordPieces
  maximum: number
  useFeatures: boolean
  logits: (pass: Pass, states: Tensor2D) => Tensor2D
  read: (logits: Float32Array, example: number) => R
  pauses: Pauses
}): Promise<R[]> {
  const { model, images, examples, useFeatures, logits, read, pauses } = options
  let done = 0
  const results = new Array<R>(examples.length)
  for (const batch of evaluationBatches(model, examples, images)) {
    const needed = [...new Set(batch.flatMap((group) => group.images))]
    const slots = new Map(needed.map((image, i) => [image, i]))
    const pixels = await images.read(needed)
    const chosen = batch.flatMap((group) => group.examples)
    const values = tf.tidy(() =>
      withWeights(model, (pass) => {
        const seen = see(model, pass, pixels, useFeatures)
        const slot = (image: number) => slots.get(image) as number
        const states = exampleStates({ ...options, pass, seen, examples: chosen.map((i) => examples[i] as TaskExample), slot })
        return logits(pass, states)
      }).arraySync(),
    )
    for (const [j, i] of chosen.entries()) results[i] = read(Float32Array.from(values[j] as number[]), i)
    done += chosen.length
    await pauses.pause(done, examples.length, () => new Map())
  }
  return results
}

/** Of so many examples, and of no more images than pass the network at once. */
function evaluationBatches({ configuration }: Soho, examples: readonly TaskExample[], { isWide }: ImageSource): Group[][] {
  const limit = imagesAtOnce(configuration, Infinity)
  return cutBatches(groupByImages(examples), evaluationBatch, isWide).flatMap((batch) => {
    const shown = new Set(batch.flatMap((group) => group.images)).size
    return splitBatch(batch, Math.ceil(shown / limit))
  })
}

export function argMax(values: ArrayLike<number>): number {
  let best = 0
  for (let i = 1; i < values.length; i += 1) if ((values[i] as number) > (values[best] as number)) best = i
  return best
}

export function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length
}
