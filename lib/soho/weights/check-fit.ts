import type { Configuration } from '../config.ts'
import type { WeightFacts } from './describe-weights.ts'

/** What the fit depends on. */
type Held = Pick<WeightFacts, 'encoder' | 'text'>

/** Why a file's encoder cannot start a configuration's, as a sentence; null where it can. */
export function encoderMisfit(facts: Held, { encoder }: Configuration): string | null {
  if (facts.encoder === encoder.kind) return null
  if (facts.encoder) return `it holds the weights of ${facts.encoder}, and the encoder is ${encoder.kind}`
  return facts.text ? 'it holds text weights and no encoder that we know' : 'it holds no encoder that we know'
}

/**
 * The same for text weights. A word embedding is worthless without the vocabulary that it was trained with.
 * @param pieces word pieces of the configuration's vocabulary file; null where the vocabulary is built
 */
export function textMisfit(facts: Held, pieces: number | null, { transformer, text }: Configuration): string | null {
  const found = facts.text
  if (!found) return facts.encoder ? 'it holds an encoder and no text weights' : 'it holds no text weights that we know'
  const { hiddenSize, feedForwardSize, layers } = transformer
  if (found.hiddenSize !== hiddenSize) return `its hidden size is ${found.hiddenSize}, and the configuration's ${hiddenSize}`
  if (found.feedForwardSize !== feedForwardSize)
    return `its feed-forward size is ${found.feedForwardSize}, and the configuration's ${feedForwardSize}`
  if (found.layers < layers) return `it has ${found.layers} Transformer layers, and the configuration ${layers}`
  const positions = Math.max(text.maxTokens, text.maxTokensLong)
  if (found.positions < positions) return `it has ${found.positions} text positions, and the configuration ${positions}`
  if (pieces === null) return 'its word embedding belongs to its own vocabulary: choose that vocabulary file too'
  if (found.vocabularySize !== pieces)
    return `its word embedding has ${found.vocabularySize} rows, and the vocabulary ${pieces} word pieces`
  return null
}
