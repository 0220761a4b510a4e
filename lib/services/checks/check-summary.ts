import { z } from 'zod'
import { splits } from '../imports/format-catalog.ts'

const Count = z.int().min(0)
const Kind = z.enum(['caption', 'question', 'statement', 'hypothesis'])

/** How a split's labels are spread; the most frequent ones. */
export const LabelBalance = z.object({
  kind: Kind,
  split: z.enum(splits),
  total: Count,
  distinct: Count,
  top: z.array(z.object({ label: z.string(), count: Count })),
})
export type LabelBalance = z.infer<typeof LabelBalance>

/** How often a model that reads the text alone names the right label, beside always naming the most frequent one. */
export const TextOnlyScore = z.object({
  kind: Kind,
  split: z.enum(splits),
  total: Count,
  accuracy: z.number(),
  majority: z.number(),
  /** The interval of the accuracy lies above the other. */
  isTelling: z.boolean(),
})
export type TextOnlyScore = z.infer<typeof TextOnlyScore>

/** What a check says besides its findings; stored with it. */
export const CheckSummary = z.object({
  counts: z.record(z.string(), Count),
  /** Images compared by look, those too plain for it, and the bits that may differ. */
  looks: z.object({ compared: Count, plain: Count, unreadable: Count, limitBits: Count }),
  labels: z.array(LabelBalance),
  textOnly: z.array(TextOnlyScore),
})
export type CheckSummary = z.infer<typeof CheckSummary>
