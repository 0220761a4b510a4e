import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { CaptionExample, Evaluation, Prediction, Splits } from '../contract.ts'
import { Random } from '../data/random.ts'
import { medianRank, recallAt, retrievalRanks } from '../eval/recall.ts'
import { classRows, fuse, placesOf, see, visualRows, withWeights } from '../model/soho.ts'
import type { Soho } from '../model/soho.ts'
import { itmLogits, itmLoss } from '../pretrain/losses.ts'
import { addLinear } from '../model/layers.ts'
import type { Objective } from '../train/step.ts'
import { encodeTexts } from './encode-texts.ts'
import { taskInput } from './task.ts'
import type { EvaluationContext, Task, TaskExample, TaskSetup, TaskStep } from './task.ts'

type Caption = CaptionExample & TaskExample

/** Pairs scored in one forward pass, and images encoded in one. */
const pairBatch = 128
const imageBatch = 64

/** Binary classification of pairs by the matching head inherited from pre-training; every (image, caption) pair is scored by the full model. */
export function retrievalTask({ configuration, wordPieces }: TaskSetup, splits: Splits<CaptionExample>): Task {
  const convert = (split: readonly CaptionExample[]) => split.map((example) => ({ ...example, images: [example.image] }))
  const examples: Splits<Caption> = { train: convert(splits.train), val: convert(splits.val), test: convert(splits.test) }
  const { maxTokens } = configuration.text
  const useFeatures = taskInput(configuration, 'retrieval') === 'features'

  return {
    train: examples.train,
    selection: 'meanRecall',
    addHeads: ({ parameters }) => addLinear(parameters, 'heads.itm', configuration.transformer.hiddenSize, 2),
    objective,
    evaluate,
  }

  /** Each image with one of its captions, and with captions of other images of the batch. */
  function objective({ pass, model, seen, examples: chosen, slot, seed, step }: TaskStep): Objective {
    const captions = chosen.map((i) => examples.train[i] as Caption)
    const byImage = new Map<number, Caption[]>()
    for (const caption of captions) byImage.set(caption.image, [...(byImage.get(caption.image) ?? []), caption])
    const random = new Random(seed, 'retrieval pairs', step)
    const pairs: { image: number; text: string; matches: number }[] = []
    for (const [image, own] of byImage) {
      pairs.push({ image, text: (own[random.integer(own.length)] as Caption).text, matches: 1 })
      const texts = new Set(own.map(({ text }) => text))
      const others = captions.filter((caption) => caption.image !== image && !texts.has(caption.text))
      for (let n = 0; n < configuration.retrieval.negativesPerPair && others.length > 0; n += 1) {
        pairs.push({ image, text: (others[random.integer(others.length)] as Caption).text, matches: 0 })
      }
    }
    const { places, valid } = placesOf(
      seen,
      pairs.map(({ image }) => slot(image)),
    )
    const text = encodeTexts(
      wordPieces,
      pairs.map((pair) => pair.text),
      maxTokens,
    )
    const wanted = classRows(text.pairs, text.length + places.length / text.pairs)
    const fused = fuse(model, pass, text, visualRows(pass, seen, false), places, valid, wanted)
    const { loss, accuracy } = itmLoss(
      pass,
      fused,
      Int32Array.from(pairs, ({ matches }) => matches),
    )
    return { loss, report: { accuracy } }
  }

  async function evaluate(context: EvaluationContext): Promise<Evaluation> {
    const all = examples[context.split]
    const imageIds = [...new Set(all.map(({ image }) => image))]
    // A limit counts pairs: k images with all their captions make about k * k * captions-an-image pairs.
    const perImage = all.length / Math.max(1, imageIds.length)
    const kept =
      context.limit === null ? imageIds.length : Math.min(imageIds.length, Math.max(2, Math.floor(Math.sqrt(context.limit / perImage))))
    const images = imageIds.slice(0, kept)
    const order = new Map(images.map((image, i) => [image, i]))
    const captions = all.filter(({ image }) => order.has(image))
    const scores = await scoreAll(context, images, captions)
    const ranks = retrievalRanks(
      scores,
      images.length,
      captions.map(({ image }) => order.get(image) as number),
    )
    return report(context.split, images, captions, ranks)
  }

  async function scoreAll({ model, images: source }: EvaluationContext, images: number[], captions: Caption[]): Promise<Float32Array> {
    const { table, spans, tokens } = await encodeAll(model, source, images)
    const scores = new Float32Array(images.length * captions.length)
    for (let start = 0; start < scores.length; start += pairBatch) {
      const count = Math.min(pairBatch, scores.length - start)
      const places = new Int32Array(count * tokens)
      const validity = new Float32Array(count * tokens)
      const texts: string[] = []
      for (let p = 0; p < count; p += 1) {
        const image = Math.floor((start + p) / captions.length)
        texts.push((captions[(start + p) % captions.length] as Caption).text)
        const { start: first, valid } = spans[image] as Span
        for (const [j, isValid] of valid.entries()) {
          places[p * tokens + j] = first + j
          validity[p * tokens + j] = isValid
        }
      }
      const logits = tf.tidy(() =>
        withWeights(model, (pass) => {
          const text = encodeTexts(wordPieces, texts, maxTokens)
          const fused = fuse(model, pass, text, table, places, validity, classRows(count, text.length + tokens))
          const values = itmLogits(pass, fused)
          return tf.sub(tf.slice(values, [0, 1], [count, 1]), tf.slice(values, [0, 0], [count, 1]))
        }).dataSync(),
      )
      scores.set(logits as Float32Array, start)
    }
    table.dispose()
    return scores
  }

  /** Every image through the encoder once. Batches of other sizes have other grids: `tokens` is the largest, the rest stays masked. */
  async function encodeAll(model: Soho, source: EvaluationContext['images'], images: number[]) {
    const parts: Tensor2D[] = []
    const spans: Span[] = []
    let rows = 0
    for (let start = 0; start < images.length; start += imageBatch) {
      const pixels = await source.read(images.slice(start, start + imageBatch))
      const encode = () =>
        withWeights(model, (pass) => {
          const seen = see(model, pass, pixels, useFeatures)
          const n = seen.gridHeight * seen.gridWidth
          for (let b = 0; b < seen.images; b += 1) spans.push({ start: rows + b * n, valid: seen.valid.slice(b * n, (b + 1) * n) })
          rows += seen.images * n
          return visualRows(pass, seen, false)
        })
      parts.push(tf.tidy(encode))
    }
    const table = tf.concat(parts, 0)
    for (const part of parts) part.dispose()
    return { table, spans, tokens: Math.max(...spans.map(({ valid }) => valid.length)) }
  }
}

/** Where an image's visual tokens stand in the table of all rows. */
interface Span {
  start: number
  valid: Float32Array
}

function report(split: 'val' | 'test', images: number[], captions: Caption[], ranks: { text: number[]; image: number[] }): Evaluation {
  const scores: Record<string, number | null> = {}
  for (const [direction, list] of [
    ['tr', ranks.text],
    ['ir', ranks.image],
  ] as const) {
    // prettier-ignore
    for (const k of [1, 5, 10]) scores[`${direction}.r${k}`] = recallAt(list, k)
    scores[`${direction}.medianRank`] = medianRank(list)
  }
  const recalls = Object.entries(scores).flatMap(([name, value]) => (/\.r\d/.test(name) ? [value as number] : []))
  scores['meanRecall'] = recalls.reduce((a, b) => a + b, 0) / recalls.length
  const predictions: Prediction[] = [
    ...images.map((image, i): Prediction => ({ exampleId: null, image, answer: null, score: null, rank: ranks.text[i] ?? null })),
    ...captions.map(({ exampleId }, i): Prediction => ({
      exampleId,
      image: null,
      answer: null,
      score: null,
      rank: ranks.image[i] ?? null,
    })),
  ]
  return { split, exampleCount: captions.length, scores, predictions }
}
