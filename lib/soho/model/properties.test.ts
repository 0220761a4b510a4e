import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { miniConfiguration } from '../../../tests/mini-world.ts'
import type { Configuration } from '../config.ts'
import { Random } from '../data/random.ts'
import { addPretrainHeads, itmLogits } from '../pretrain/losses.ts'
import { classRows, classStates, createSoho, fuse, placesOf, seeNormalised, visualRows, withWeights } from './soho.ts'
import type { Soho, TextBatch, VisualTokens } from './soho.ts'
import { nearest, quantise } from './visual-dictionary.ts'

const noDropout: Configuration = { ...miniConfiguration, transformer: { ...miniConfiguration.transformer, dropout: 0 } }
const images = 3
const [heightPx, widthPx] = [32, 64]

function build(configuration = noDropout): Soho {
  const model = createSoho(configuration, { vocabularySize: 40, seed: 2 })
  addPretrainHeads(model, 40)
  return model
}

function pictures(): Tensor4D {
  const values = new Random(1, 'pictures').normals(images * heightPx * widthPx * 3, 1)
  return tf.tensor4d(values, [images, heightPx, widthPx, 3])
}
const full = { validHeights: [32, 32, 32], validWidths: [64, 64, 64] }
/** Four texts of 5 ids; the last two of the second are padding. */
const text: TextBatch = { ids: Int32Array.of(2, 9, 12, 7, 3, 2, 11, 3, 0, 0, 2, 8, 8, 30, 3, 2, 21, 22, 23, 3), pairs: 4, length: 5 }
const shown = [0, 1, 2, 1]

/** [CLS] states and matching logits of four pairs; `change` may alter what the images gave before it enters the Transformer. */
function answer(
  model: Soho,
  options: { text?: TextBatch; shown?: number[]; useFeatures?: boolean; change?: (seen: VisualTokens) => VisualTokens } = {},
) {
  return tf.tidy(() =>
    withWeights(model, (pass) => {
      const looked = seeNormalised(model, pass, pictures(), full, options.useFeatures ?? false)
      const seen = options.change?.(looked) ?? looked
      const { places, valid } = placesOf(seen, options.shown ?? shown)
      const fused = fuse(model, pass, options.text ?? text, visualRows(pass, seen, false), places, valid)
      return [...classStates(fused).dataSync(), ...itmLogits(pass, fused).dataSync()]
    }),
  )
}

function expectClose(actual: readonly number[], wanted: readonly number[], tolerance = 1e-5): void {
  expect(actual.length).toBe(wanted.length)
  expect(Math.max(...actual.map((value, i) => Math.abs(value - (wanted[i] as number))))).toBeLessThan(tolerance)
}

/** Adds 7 to every other channel of some rows of the visual tokens: a shift of all would be lost in the normalisation. */
const disturb = (rows: number[]) => (seen: VisualTokens) => {
  const shift = tf.buffer(seen.tokens.shape as [number, number])
  for (const row of rows) for (let c = 0; c < (seen.tokens.shape[1] ?? 0); c += 2) shift.set(7, row, c)
  return { ...seen, tokens: tf.add(seen.tokens, shift.toTensor()) as Tensor2D }
}

describe('what must not matter does not', () => {
  it('padding of texts', () => {
    const ids = new Int32Array(4 * 9)
    for (let p = 0; p < 4; p += 1) ids.set(text.ids.subarray(p * 5, p * 5 + 5), p * 9)
    expectClose(answer(build(), { text: { ids, pairs: 4, length: 9 } }), answer(build()))
  })

  it('padding of images: what stands in padded cells, but not what stands in valid ones', () => {
    const model = build()
    // Of the 2 x 4 cells of image 1 the right half is declared padding.
    const narrow = (seen: VisualTokens) => ({
      ...seen,
      valid: Float32Array.from(seen.valid, (v, i) => (i >= 8 && i < 16 && i % 4 > 1 ? 0 : v)),
    })
    const plain = answer(model, { change: narrow })
    expectClose(answer(model, { change: (seen) => disturb([10, 11, 14, 15])(narrow(seen)) }), plain)
    const other = answer(model, { change: (seen) => disturb([9])(narrow(seen)) })
    expect(Math.max(...other.map((value, i) => Math.abs(value - (plain[i] as number))))).toBeGreaterThan(1e-3)
  })

  it('the order of a batch', () => {
    const model = build()
    const order = [2, 0, 3, 1]
    const ids = new Int32Array(20)
    for (const [to, from] of order.entries()) ids.set(text.ids.subarray(from * 5, from * 5 + 5), to * 5)
    const plain = answer(model)
    const moved = answer(model, { text: { ids, pairs: 4, length: 5 }, shown: order.map((p) => shown[p] as number) })
    const width = noDropout.transformer.hiddenSize
    const row = (values: number[], p: number) => values.slice(p * width, (p + 1) * width)
    for (const [to, from] of order.entries()) expectClose(row(moved, to), row(plain, from))
  })

  it('which rows of the last layer are computed', () => {
    const model = build()
    const states = (wanted: Int32Array | null) =>
      tf.tidy(() =>
        withWeights(model, (pass) => {
          const seen = seeNormalised(model, pass, pictures(), full)
          const { places, valid } = placesOf(seen, shown)
          return [...classStates(fuse(model, pass, text, visualRows(pass, seen, false), places, valid, wanted)).dataSync()]
        }),
      )
    const all = states(null)
    expectClose(states(classRows(4, 5 + 8)), all)
    expectClose(states(Int32Array.of(...classRows(4, 5 + 8), 17, 3, 40)), all)
  })
})

describe('a masked visual token', () => {
  /** The logits when the first token of image 0 is masked in the first pair. */
  function masked(change: (seen: VisualTokens) => VisualTokens) {
    const model = build()
    return tf.tidy(() =>
      withWeights(model, (pass) => {
        const seen = change(seeNormalised(model, pass, pictures(), full))
        const { places, valid } = placesOf(seen, shown)
        places[0] = images * 8
        const fused = fuse(model, pass, text, visualRows(pass, seen, true), places, valid)
        const width = fused.states.shape[1]
        return [...tf.slice(fused.states, [0, 0], [13, width]).dataSync()]
      }),
    )
  }

  it('leaves no trace of what it was: no state of its pair changes with it', () => {
    const plain = masked((seen) => seen)
    expectClose(masked(disturb([0])), plain)
    const other = masked(disturb([1]))
    expect(Math.max(...other.map((value, i) => Math.abs(value - (plain[i] as number))))).toBeGreaterThan(1e-3)
  })
})

describe('the dictionary', () => {
  it('switched off is the same model with the dictionary bypassed', () => {
    const off = build({ ...noDropout, dictionary: { ...noDropout.dictionary, size: 0 } })
    // Weights start from their names, so that both models have the same ones.
    expectClose(answer(off), answer(build(), { useFeatures: true }))
    expect(Math.abs((answer(build())[0] as number) - (answer(off)[0] as number))).toBeGreaterThan(1e-4)
  })

  it('passes the gradient of the quantised point to the features', () => {
    const rows = build().parameters.buffer('neck.codebook') as Tensor2D
    const width = rows.shape[1]
    const weights = tf.randomNormal([width, 5], 0, 1, 'float32', 3) as Tensor2D
    const loss = (tokens: Tensor2D) => tf.sum(tf.square(tf.matMul(tokens, weights))) as tf.Scalar
    const v = tf.randomNormal([9, width], 0, 1, 'float32', 4) as Tensor2D
    const { indices } = nearest(v, rows)
    const through = tf.grad((x) => loss(quantise(x as Tensor2D, rows, indices)))(v)
    const at = tf.grad((x) => loss(x as Tensor2D))(tf.gather(rows, indices))
    expectClose([...through.dataSync()], [...at.dataSync()], 1e-6)
  })
})
