import { z } from 'zod'
import { EncoderConfiguration } from '#lib/soho/config'

const Count = z.int().min(0)

/** What was found in a file when it was registered; stored with it. */
export const WeightSummary = z.object({
  /** The network that is there whole. */
  encoder: EncoderConfiguration.shape.kind.nullable(),
  text: z
    .object({
      layers: Count,
      hiddenSize: Count,
      feedForwardSize: Count,
      positions: Count,
      vocabularySize: Count,
      hasMlmHead: z.boolean(),
    })
    .nullable(),
  /** Of a vocabulary; null for weights. */
  pieces: Count.nullable(),
  /** Upper-case letters in a vocabulary: made for cased text, and the lab writes everything small. */
  isCased: z.boolean().default(false),
  tensorCount: Count,
  /** Names of the first of them; the counts are of all. */
  ignored: z.array(z.string()),
  ignoredCount: Count,
  extra: z.array(z.string()),
  extraCount: Count,
})
export type WeightSummary = z.infer<typeof WeightSummary>

const namesKept = 40
const nameLimit = 200
const cut = (names: readonly string[]) => names.slice(0, namesKept).map((name) => name.slice(0, nameLimit))

type Names = Pick<WeightSummary, 'ignored' | 'extra'>

/** Of a weights file. */
export function summariseWeights(facts: Pick<WeightSummary, 'encoder' | 'text' | 'tensorCount'> & Names): WeightSummary {
  const { encoder, text, tensorCount, ignored, extra } = facts
  const names = { ignored: cut(ignored), ignoredCount: ignored.length, extra: cut(extra), extraCount: extra.length }
  return { encoder, text, pieces: null, isCased: false, tensorCount, ...names }
}

/** Of a vocabulary file. */
export function summariseVocabulary(pieces: readonly string[]): WeightSummary {
  const isCased = pieces.some((piece) => !/^\[.*\]$/.test(piece) && piece !== piece.toLowerCase())
  const none = { tensorCount: 0, ignored: [], ignoredCount: 0, extra: [], extraCount: 0 }
  return { encoder: null, text: null, pieces: pieces.length, isCased, ...none }
}
