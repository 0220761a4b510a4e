import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { ImageSource, NamedArrays } from '../contract.ts'
import type { WordPieces } from '../data/word-pieces.ts'
import { imagesAtOnce } from '../memory/at-once.ts'
import { classRows, fuse, see, visualRows, withWeights } from '../model/soho.ts'
import type { Soho } from '../model/soho.ts'
import { itmLogits } from '../pretrain/losses.ts'
import { encodeTexts } from '../model/encode-texts.ts'
import type { Pauses } from './pauses.ts'

/** Pairs scored in one forward pass, and images encoded in one. */
const pairBatch = 128
const imageBatch = 64

export interface PairScoring {
  model: Soho
  source: ImageSource
  images: readonly number[]
  texts: readonly string[]
  wordPieces: WordPieces
  /** Tokens a text may have. */
  maximum: number
  useFeatures: boolean
  pauses: Pauses
}

/**
 * The matching logit of every image with every text, by the full model. Each image passes the convolutional network once; texts of one
 * length are scored together, so that next to nothing is padding.
 * @returns [images, texts], row-major
 */
export async function scorePairs(scoring: PairScoring): Promise<Float32Array> {
  const { model, images, texts, wordPieces, maximum, pauses } = scoring
  const { table, spans, tokens } = await encodeImages(scoring)
  const lengths = texts.map((text) => encodeTexts(wordPieces, [text], maximum).length)
  const order = [...texts.keys()].sort((a, b) => (lengths[a] as number) - (lengths[b] as number) || a - b)
  const scores = Float32Array.from(pauses.kept.get('scores')?.data ?? new Float32Array(images.length * texts.length))
  const first = pauses.kept.get('scored')?.data[0] ?? 0
  const state = (scored: number): NamedArrays =>
    new Map([
      ['scores', { shape: [scores.length], data: scores }],
      ['scored', { shape: [1], data: Int32Array.of(scored) }],
    ])
  for (let start = first; start < scores.length; start += pairBatch) {
    const count = Math.min(pairBatch, scores.length - start)
    const pairs = Array.from({ length: count }, (_, p) => ({
      text: order[Math.floor((start + p) / images.length)] as number,
      image: (start + p) % images.length,
    }))
    const { places, valid } = placesIn(
      spans,
      pairs.map(({ image }) => image),
      tokens,
    )
    const logits = tf.tidy(() =>
      withWeights(model, (pass) => {
        const text = encodeTexts(
          wordPieces,
          pairs.map((pair) => texts[pair.text] as string),
          maximum,
        )
        const values = itmLogits(pass, fuse(model, pass, text, table, places, valid, classRows(count, text.length + tokens)))
        return tf.sub(tf.slice(values, [0, 1], [count, 1]), tf.slice(values, [0, 0], [count, 1]))
      }).dataSync(),
    )
    for (const [p, { image, text }] of pairs.entries()) scores[image * texts.length + text] = logits[p] as number
    await pauses.pause(start + count, scores.length, () => state(start + count))
  }
  table.dispose()
  return scores
}

/** Where an image's visual tokens stand in the table of all rows. */
interface Span {
  start: number
  valid: Float32Array
}

/** Every image through the network once. Batches of other sizes have other grids: `tokens` is the largest, the rest stays masked. */
async function encodeImages({ model, source, images, useFeatures }: PairScoring) {
  const parts: Tensor2D[] = []
  const spans: Span[] = []
  let rows = 0
  const each = imagesAtOnce(model.configuration, imageBatch)
  for (let start = 0; start < images.length; start += each) {
    const pixels = await source.read(images.slice(start, start + each))
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

function placesIn(spans: readonly Span[], images: readonly number[], tokens: number): { places: Int32Array; valid: Float32Array } {
  const places = new Int32Array(images.length * tokens)
  const valid = new Float32Array(images.length * tokens)
  for (const [p, image] of images.entries()) {
    const span = spans[image] as Span
    for (const [j, isValid] of span.valid.entries()) {
      places[p * tokens + j] = span.start + j
      valid[p * tokens + j] = isValid
    }
  }
  return { places, valid }
}
