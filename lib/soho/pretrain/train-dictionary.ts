import * as tf from '@tensorflow/tfjs-core'
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { ImageBatch } from '../contract.ts'
import { see, withWeights } from '../model/soho.ts'
import type { Soho } from '../model/soho.ts'
import { addAssignments, perplexity, reviveDead, startFromTokens, updateDictionary } from '../model/visual-dictionary.ts'
import type { PretrainForward } from './objective.ts'

/** Tokens that seed the rows, for each codeword. */
const startTokensPerCodeword = 8

/** Fills the dictionary from the first batches (k-means++), before the first step. */
export async function startDictionary(model: Soho, read: (batch: number) => Promise<ImageBatch>, seed: number): Promise<void> {
  const { size } = model.configuration.dictionary
  const width = model.configuration.transformer.hiddenSize
  const collected: number[] = []
  for (let batch = 0; collected.length < size * startTokensPerCodeword * width && batch < 64; batch += 1) {
    const pixels = await read(batch)
    const { features, valid } = tf.tidy(() =>
      withWeights(model, (pass) => {
        // Batch statistics, as in the steps to come: running ones are still those of no data.
        const seen = see(model, { ...pass, training: true }, pixels)
        return { features: seen.features.dataSync(), valid: seen.valid }
      }),
    )
    for (const [i, isValid] of valid.entries()) if (isValid === 1) collected.push(...features.subarray(i * width, (i + 1) * width))
  }
  startFromTokens(model.parameters, Float32Array.from(collected), width, seed)
}

type Finding = PretrainForward['dictionary']

/** What two micro-batches say about the dictionary together, with the tokens of the later one. Disposes its input. */
export function joinFindings(sum: Finding, next: Finding): Finding {
  if (!sum || !next) return sum ?? next
  sum.tokens.dispose()
  return { ...addAssignments(sum, next), tokens: next.tokens }
}

/** Applies what the micro-batches of one optimiser step found, once; revives dead codewords where configured. Disposes its input. */
export function moveDictionary(
  model: Soho,
  found: NonNullable<PretrainForward['dictionary']>[],
  options: { seed: number; step: number; stepsTotal: number },
): Record<string, number> {
  const { dictionary } = model.configuration
  const { seed, step, stepsTotal } = options
  tf.tidy(() => {
    const counts = tf.addN(found.map((part) => part.counts)) as Tensor1D
    const sums = tf.addN(found.map((part) => part.sums)) as Tensor2D
    updateDictionary(model.parameters, dictionary, { counts, sums })
  })
  const last = found.at(-1)
  const isDue = dictionary.revive && (step + 1) % dictionary.reviveEverySteps === 0 && step < dictionary.reviveUntil * stepsTotal
  if (isDue && last) reviveDead(model.parameters, dictionary, last.tokens, seed, step)
  for (const { counts, sums, tokens } of found) for (const tensor of [counts, sums, tokens]) tensor.dispose()
  return dictionaryHealth(model)
}

/** A codeword counts as used while its recent usage is above this share of the mean. */
const usedAbove = 0.1

function dictionaryHealth(model: Soho): Record<string, number> {
  const usage = model.parameters.buffer('neck.codebook_usage').dataSync()
  const mean = Array.from(usage).reduce((a, b) => a + b, 0) / usage.length
  let used = 0
  for (const value of usage) if (value > usedAbove * mean) used += 1
  return { 'codebook.perplexity': perplexity(usage), 'codebook.used': used }
}
