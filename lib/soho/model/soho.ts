import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import type { Configuration } from '../config.ts'
import type { ImageBatch } from '../contract.ts'
import { addEncoder, encode } from './encoder.ts'
import { encoderPlans, encoderStride, encoderWidth } from './encoder-plan.ts'
import type { EncoderPlan } from './encoder-plan.ts'
import { addLayerNorm, dropout, layerNorm, rows } from './layers.ts'
import type { Pass } from './layers.ts'
import { addNeck, look, project } from './neck.ts'
import type { MoveDictionary } from './neck.ts'
import { Parameters, small } from './parameters.ts'
import type { Read } from './parameters.ts'
import { sinePositions } from './position.ts'
import { addTransformer, maskedLogit, transform } from './transformer.ts'

/** A model: its configuration and its arrays. Heads are added by those who train them. */
export interface Soho {
  configuration: Configuration
  plan: EncoderPlan
  parameters: Parameters
}

export interface SohoOptions {
  vocabularySize: number
  seed: number
  /** The configuration's own network unless given. */
  plan?: EncoderPlan
}

export function createSoho(configuration: Configuration, options: SohoOptions): Soho {
  const { seed, ...rest } = options
  return declareSoho(new Parameters(seed, configuration.transformer.hiddenSize), configuration, rest)
}

/** Declares the model's arrays on parameters, which may draw them or only note them. */
export function declareSoho(parameters: Parameters, configuration: Configuration, options: Omit<SohoOptions, 'seed'>): Soho {
  const { vocabularySize, plan = encoderPlans[configuration.encoder.kind] } = options
  const { text, transformer } = configuration
  const width = transformer.hiddenSize
  addEncoder(parameters, plan)
  addNeck(parameters, configuration, encoderWidth(plan))
  parameters.add('bert.embeddings.word_embeddings.weight', 'rest', [vocabularySize, width], small)
  parameters.add('bert.embeddings.position_embeddings.weight', 'rest', [Math.max(text.maxTokens, text.maxTokensLong), width], small)
  parameters.add('bert.embeddings.token_type_embeddings.weight', 'rest', [2, width], small)
  addLayerNorm(parameters, 'bert.embeddings.LayerNorm', width)
  addTransformer(parameters, transformer)
  return { configuration, plan, parameters }
}

export function createPass(model: Soho, read: Read, training: boolean, dropoutSeed: readonly [number, number] = [0, 0]): Pass {
  const dropoutRate = model.configuration.transformer.dropout
  return { read, parameters: model.parameters, training, dropoutSeed, dropoutRate, dropoutUses: 0 }
}

const pixelMean = [123.675, 116.28, 103.53]
const pixelDeviation = [58.395, 57.12, 57.375]

/** Bytes to normalised floats [B, H, W, 3]; padding is 0 after normalisation. */
export function normaliseImages({ pixels, heightPx, widthPx, validHeights, validWidths }: ImageBatch): Tensor4D {
  return tf.tidy(() => {
    const count = validHeights.length
    const bytes = tf.tensor4d(Int32Array.from(pixels), [count, heightPx, widthPx, 3], 'int32')
    const normal = tf.div(tf.sub(tf.cast(bytes, 'float32'), tf.tensor1d(pixelMean)), tf.tensor1d(pixelDeviation)) as Tensor4D
    if (validHeights.every((h) => h === heightPx) && validWidths.every((w) => w === widthPx)) return normal
    const mask = new Float32Array(count * heightPx * widthPx)
    for (let b = 0; b < count; b += 1) {
      for (let y = 0; y < (validHeights[b] ?? 0); y += 1) {
        const at = (b * heightPx + y) * widthPx
        mask.fill(1, at, at + (validWidths[b] ?? 0))
      }
    }
    return tf.mul(normal, tf.tensor4d(mask, [count, heightPx, widthPx, 1])) as Tensor4D
  })
}

/** The visual tokens of a batch of images. B images, n = gridHeight * gridWidth tokens each, row-major. */
export interface VisualTokens {
  images: number
  gridHeight: number
  gridWidth: number
  /** V, [B*n, D]. */
  features: Tensor2D
  /** After the dictionary, before the position, [B*n, D]. */
  tokens: Tensor2D
  /** [B*n] int32, null without a dictionary. */
  indices: Tensor1D | null
  squaredDistances: Tensor1D | null
  /** 1 for a token of the image, 0 for padding; [B*n]. */
  valid: Float32Array
  /** The 2-D sine map, [B*n, D]. */
  positions: Tensor2D
}

/** Pixels a visual token covers along each side. */
export function tokenStridePx(configuration: Configuration): number {
  return 2 * encoderStride(encoderPlans[configuration.encoder.kind])
}

/** Each image goes through the convolutional network once, whatever the number of its texts. */
export function see(model: Soho, pass: Pass, batch: ImageBatch, useFeatures = false): VisualTokens {
  return seeNormalised(model, pass, normaliseImages(batch), batch, useFeatures)
}

/** `see` for images that are floats already, [B, H, W, 3]. */
export function seeNormalised(
  model: Soho,
  pass: Pass,
  images4D: Tensor4D,
  batch: Pick<ImageBatch, 'validHeights' | 'validWidths'>,
  useFeatures = false,
  move: MoveDictionary | null = null,
): VisualTokens {
  const { configuration, plan } = model
  const stride = 2 * encoderStride(plan)
  const map = encode(pass, plan, images4D, configuration.encoder.freezeStem ? 1 : 0)
  const cells = batch.validHeights.map((height, b) => ({
    rows: Math.ceil(height / stride),
    columns: Math.ceil((batch.validWidths[b] ?? 0) / stride),
  }))
  return seeMap(configuration, pass, map, cells, useFeatures, move)
}

/**
 * The neck: encoder map [B, H, W, C] to visual tokens.
 * @param cells for each image how many rows and columns of its grid show it; at least one counts
 * @param move see `look`
 */
export function seeMap(
  configuration: Pick<Configuration, 'neck' | 'dictionary' | 'transformer'>,
  pass: Pass,
  map: Tensor4D,
  cells: readonly { rows: number; columns: number }[],
  useFeatures = false,
  move: MoveDictionary | null = null,
): VisualTokens {
  const projected = project(pass, configuration, map)
  const [images, gridHeight, gridWidth, width] = projected.shape
  const features = tf.reshape(projected, [-1, width]) as Tensor2D
  const within = (count: number, bound: number) => Math.max(1, Math.min(bound, count))
  const grids = cells.map(({ rows, columns }) => ({ rows: within(rows, gridHeight), columns: within(columns, gridWidth) }))
  const valid = new Float32Array(images * gridHeight * gridWidth)
  for (const [b, grid] of grids.entries()) {
    for (let y = 0; y < grid.rows; y += 1) valid.fill(1, (b * gridHeight + y) * gridWidth, (b * gridHeight + y) * gridWidth + grid.columns)
  }
  const positions = tf.tensor2d(sinePositions(grids, gridHeight, gridWidth, width), [valid.length, width])
  return { images, gridHeight, gridWidth, features, ...look(pass, configuration, features, useFeatures, move), valid, positions }
}

/**
 * Rows from which the Transformer's visual input is gathered: LayerNorm(token + position) for every token, followed, if something is
 * masked, by the same for [MASK]. As LayerNorm sees one token at a time, this equals masking each pair's copy first.
 * @param epsilon the LayerNorm's: BERT's if left out (the reference code has 1e-5)
 * @returns [B*n, D] or [2*B*n, D]
 */
export function visualRows(pass: Pass, seen: VisualTokens, withMask: boolean, epsilon?: number): Tensor2D {
  const plain = tf.add(seen.tokens, seen.positions) as Tensor2D
  if (!withMask) return layerNorm(pass, 'neck.ln', plain, epsilon)
  return layerNorm(pass, 'neck.ln', tf.concat([plain, tf.add(pass.read('neck.mask_emb'), seen.positions)], 0), epsilon)
}

export interface TextBatch {
  /** [P * L] word-piece ids. */
  ids: Int32Array
  pairs: number
  length: number
  /** Id of [PAD]; 0 if left out. */
  pad?: number
  /** [P * L] token types; 0 everywhere if left out. */
  types?: Int32Array
}

/** Word + position + type -> LayerNorm -> dropout. @returns [P*L, D] */
export function embedText(pass: Pass, { ids, pairs, length, types }: TextBatch): Tensor2D {
  const name = 'bert.embeddings'
  const words = rows(pass.read(`${name}.word_embeddings.weight`), tf.tensor1d(ids, 'int32'))
  const width = words.shape[1]
  const places = tf.slice(pass.read(`${name}.position_embeddings.weight`) as Tensor2D, [0, 0], [length, width])
  const typeTable = pass.read(`${name}.token_type_embeddings.weight`) as Tensor2D
  const type: Tensor = types
    ? tf.reshape(rows(typeTable, tf.tensor1d(types, 'int32')), [pairs, length, width])
    : tf.slice(typeTable, [0, 0], [1, width])
  const summed = tf.add(tf.reshape(words, [pairs, length, width]), tf.add(places, type))
  return dropout(pass, layerNorm(pass, `${name}.LayerNorm`, tf.reshape(summed, [pairs * length, width])))
}

/** The states of P pairs after the Transformer, S = L + n places each: text first, then the visual tokens. */
export interface Fused {
  /** [P*S, D], or the wanted rows of it. */
  states: Tensor2D
  /** Row of P*S -> row of `states`; null where `states` has them all. */
  rowOf: Map<number, number> | null
  pairs: number
  /** L */
  textLength: number
  /** S */
  length: number
}

/**
 * @param table rows of `visualRows`, or any [*, D]
 * @param places for each pair its n rows of `table`, [P * n]
 * @param valid 1 or 0 for each of them, [P * n]
 * @param wanted the rows of P*S that will be read, in any order (all if left out)
 */
export function fuse(
  model: Soho,
  pass: Pass,
  text: TextBatch,
  table: Tensor2D,
  places: Int32Array,
  valid: Float32Array,
  wanted: Int32Array | null = null,
): Fused {
  const { pairs, length: textLength, pad = 0 } = text
  const width = table.shape[1]
  const n = places.length / pairs
  const length = textLength + n
  const words = tf.reshape(embedText(pass, text), [pairs, textLength, width])
  const vision = tf.reshape(rows(table, tf.tensor1d(places, 'int32')), [pairs, n, width])
  const input = tf.reshape(tf.concat([words, vision], 1), [pairs * length, width]) as Tensor2D
  const bias = new Float32Array(pairs * length)
  for (let p = 0; p < pairs; p += 1) {
    for (let t = 0; t < textLength; t += 1) if (text.ids[p * textLength + t] === pad) bias[p * length + t] = maskedLogit
    for (let j = 0; j < n; j += 1) if (valid[p * n + j] === 0) bias[p * length + textLength + j] = maskedLogit
  }
  const keyBias = tf.tensor4d(bias, [pairs, 1, 1, length])
  const states = transform(pass, model.configuration.transformer, input, keyBias, pairs, wanted)
  return { states, rowOf: wanted ? new Map([...wanted].map((row, i) => [row, i])) : null, pairs, textLength, length }
}

/** Rows of the [CLS] places of P pairs of S places each. */
export function classRows(pairs: number, length: number): Int32Array {
  return Int32Array.from({ length: pairs }, (_, p) => p * length)
}

/** States at rows of P*S, [rows, D]. */
export function statesAt({ states, rowOf }: Fused, wanted: Int32Array): Tensor2D {
  return rows(states, tf.tensor1d(rowOf ? wanted.map((row) => rowOf.get(row) as number) : wanted, 'int32'))
}

/** The [CLS] state of every pair, [P, D]: what every classifier reads. */
export function classStates(fused: Fused): Tensor2D {
  return statesAt(fused, classRows(fused.pairs, fused.length))
}

/** Rows of `visualRows` for pairs that show image `images[p]`, nothing masked. @returns places and validity, [P * n] each */
export function placesOf(seen: VisualTokens, images: readonly number[]): { places: Int32Array; valid: Float32Array } {
  const n = seen.gridHeight * seen.gridWidth
  const places = new Int32Array(images.length * n)
  const valid = new Float32Array(images.length * n)
  for (const [p, image] of images.entries()) {
    for (let j = 0; j < n; j += 1) {
      places[p * n + j] = image * n + j
      valid[p * n + j] = seen.valid[image * n + j] as number
    }
  }
  return { places, valid }
}

/** Reads every parameter once, runs, disposes. For evaluation. */
export function withWeights<T>(model: Soho, run: (pass: Pass) => T): T {
  const values = new Map<string, Tensor>(model.parameters.all().map(({ name, variable }) => [name, variable.read()]))
  try {
    return run(createPass(model, (name) => found(values, name), false))
  } finally {
    for (const tensor of values.values()) tensor.dispose()
  }
}

export function found(values: Map<string, Tensor>, name: string): Tensor {
  const tensor = values.get(name)
  if (!tensor) throw new Error(`no parameter ${name}`)
  return tensor
}
