import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { Configuration } from '../config.ts'
import { Random } from '../data/random.ts'
import { kernels } from '../nn/current-kernels.ts'
import { one, zero } from './parameters.ts'
import type { Parameters } from './parameters.ts'

type DictionaryConfiguration = Configuration['dictionary']

const codebook = 'neck.codebook'
const usage = 'neck.codebook_usage'
const counts = 'neck.codebook_counts'
const sums = 'neck.codebook_sums'
/** Laplace's, of the reference code. */
const usualSmoothing = 1e-5

/** Usage falls to a third in about 50 updates: enough memory to tell a dead codeword from a rare one. */
const usageDecay = 0.98

export function addDictionary(p: Parameters, { size, update }: DictionaryConfiguration, width: number): void {
  p.addBuffer(codebook, [size, width], { kind: 'normal', deviation: 1 })
  p.addBuffer(usage, [size], one)
  if (update === 'smoothed-ema') {
    p.addBuffer(counts, [size], zero)
    p.addBuffer(sums, [size, width], zero)
  }
}

/**
 * h = argmin_j || v - d_j ||^2 in its expanded form, the lowest index on a tie.
 * @param v [N, D]
 * @returns int32 indices [N] and squared distances to the nearest row [N]
 */
export function nearest(v: Tensor2D, rows: Tensor2D): { indices: Tensor1D; squaredDistances: Tensor1D } {
  return tf.tidy(() => {
    const lengths = tf.sum(tf.square(rows), 1)
    const partial = tf.sub(lengths, tf.mul(kernels().innerProducts(v, rows), 2))
    const indices = tf.argMin(partial, 1) as Tensor1D
    const squaredDistances = tf.relu(tf.add(tf.min(partial, 1), tf.sum(tf.square(v), 1))) as Tensor1D
    return { indices, squaredDistances }
  })
}

/** Straight-through: the value is the codeword, the gradient passes to `v` unchanged. */
export function quantise(v: Tensor2D, rows: Tensor2D, indices: Tensor1D): Tensor2D {
  const op = tf.customGrad(((v: Tensor, save: (tensors: Tensor[]) => void) => {
    save([])
    return { value: tf.gather(rows, indices), gradFunc: (dy: Tensor) => [dy.clone()] }
  }) as never)
  return op(v) as Tensor2D
}

export interface Assignment {
  /** Number of tokens of each codeword, [K]. */
  counts: Tensor1D
  /** Sum of the tokens of each codeword, [K, D]. */
  sums: Tensor2D
}

/** Counts and sums over the valid tokens of a batch. @param valid 1 or 0 for each token, [N] */
export function assign(v: Tensor2D, indices: Tensor1D, valid: Tensor1D, size: number): Assignment {
  return tf.tidy(() => {
    const hot = tf.mul(tf.oneHot(indices, size), tf.expandDims(valid, 1)) as Tensor2D
    return { counts: tf.sum(hot, 0) as Tensor1D, sums: tf.matMul(hot, v, true, false) as Tensor2D }
  })
}

/** Of two micro-batches, kept like them. Disposes its input. */
export function addAssignments(a: Assignment, b: Assignment): Assignment {
  const counts: Tensor1D = tf.keep(tf.add(a.counts, b.counts))
  const sums: Tensor2D = tf.keep(tf.add(a.sums, b.sums))
  for (const tensor of [a.counts, a.sums, b.counts, b.sums]) tensor.dispose()
  return { counts, sums }
}

/** Applies one moving-average update: the paper's (hit codewords only) or the reference code's smoothed counts and sums (every row). */
export function updateDictionary(
  p: Parameters,
  { update, decay, size }: DictionaryConfiguration,
  found: Assignment,
  smoothing = usualSmoothing,
): void {
  tf.tidy(() => {
    const rows = p.buffer(codebook)
    if (update === 'mean') {
      const mean = tf.div(found.sums, tf.expandDims(tf.maximum(found.counts, 1), 1))
      const hit = tf.expandDims(tf.greater(found.counts, 0), 1)
      p.setBuffer(codebook, tf.where(hit, tf.add(tf.mul(rows, decay), tf.mul(mean, 1 - decay)), rows))
    } else {
      const n = tf.add(tf.mul(p.buffer(counts), decay), tf.mul(found.counts, 1 - decay))
      const m = tf.add(tf.mul(p.buffer(sums), decay), tf.mul(found.sums, 1 - decay))
      const total = tf.sum(n)
      const smooth = tf.mul(tf.div(tf.add(n, smoothing), tf.add(total, size * smoothing)), total)
      p.setBuffer(counts, n)
      p.setBuffer(sums, m)
      p.setBuffer(codebook, tf.div(m, tf.expandDims(smooth, 1)))
    }
    const share = tf.div(found.counts, tf.maximum(tf.mean(found.counts), 1e-6))
    p.setBuffer(usage, tf.add(tf.mul(p.buffer(usage), usageDecay), tf.mul(share, 1 - usageDecay)))
  })
}

/**
 * Starts the rows from data: k-means++ seeding on tokens gathered from the first batches (own option, not in the paper).
 * @param tokens [N, D], row-major
 */
export function startFromTokens(p: Parameters, tokens: Float32Array, width: number, seed: number): void {
  const size = p.buffer(codebook).shape[0] ?? 0
  const count = tokens.length / width
  const random = new Random(seed, 'dictionary start')
  const nearestSoFar = new Float64Array(count).fill(Infinity)
  const rows = new Float32Array(size * width)
  let chosen = random.integer(count)
  for (let k = 0; k < size; k += 1) {
    rows.set(tokens.subarray(chosen * width, (chosen + 1) * width), k * width)
    let total = 0
    for (let i = 0; i < count; i += 1) {
      let distance = 0
      for (let c = 0; c < width; c += 1) distance += ((tokens[i * width + c] as number) - (rows[k * width + c] as number)) ** 2
      if (distance < (nearestSoFar[i] as number)) nearestSoFar[i] = distance
      total += nearestSoFar[i] as number
    }
    chosen = total > 0 ? pick(nearestSoFar, random.uniform() * total) : random.integer(count)
  }
  tf.tidy(() => p.setBuffer(codebook, tf.tensor2d(rows, [size, width])))
}

function pick(weights: Float64Array, threshold: number): number {
  let sum = 0
  for (const [i, weight] of weights.entries()) {
    sum += weight
    if (sum >= threshold) return i
  }
  return weights.length - 1
}

/** Replaces codewords whose usage fell below a share of the mean by random tokens of the batch (own option). Returns how many. */
export function reviveDead(p: Parameters, { reviveBelow }: DictionaryConfiguration, tokens: Tensor2D, seed: number, step: number): number {
  const used = p.buffer(usage).dataSync() as Float32Array
  const mean = used.reduce((a, b) => a + b, 0) / used.length
  const dead = [...used.keys()].filter((k) => (used[k] as number) < reviveBelow * mean)
  if (dead.length === 0) return 0
  const random = new Random(seed, 'dictionary revival', step)
  const drawn = dead.map(() => random.integer(tokens.shape[0]))
  tf.tidy(() => {
    const rows = p.buffer(codebook)
    const places = tf.tensor1d(dead, 'int32')
    const kept = tf.sub(1, tf.sum(tf.oneHot(places, rows.shape[0] ?? 0), 0))
    const fresh = tf.scatterND(tf.expandDims(places, 1), tf.gather(tokens, tf.tensor1d(drawn, 'int32')), rows.shape)
    p.setBuffer(codebook, tf.add(tf.mul(rows, tf.expandDims(kept, 1)), fresh))
    // A fresh codeword starts at the mean usage, else it would be replaced again before it could collect tokens.
    p.setBuffer(usage, tf.add(tf.mul(p.buffer(usage), kept), tf.mul(tf.sub(1, kept), mean)))
  })
  return dead.length
}

/** exp of the entropy of the usage shares; the effective number of codewords. */
export function perplexity(usageCounts: ArrayLike<number>): number {
  let total = 0
  for (let k = 0; k < usageCounts.length; k += 1) total += usageCounts[k] as number
  if (total === 0) return 0
  let entropy = 0
  for (let k = 0; k < usageCounts.length; k += 1) {
    const share = (usageCounts[k] as number) / total
    if (share > 0) entropy -= share * Math.log(share)
  }
  return Math.exp(entropy)
}
