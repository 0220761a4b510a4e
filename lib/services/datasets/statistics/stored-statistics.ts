import { z } from 'zod'

const Count = z.int().min(0)
const Counted = z.tuple([z.string(), Count])
/** The most frequent values, how many different ones there are, and the sum over all of them. */
const Top = z.object({ top: z.array(Counted), distinct: Count, total: Count })
export type TopCounts = z.infer<typeof Top>

/** What is stored with a version. Raise `version` when the same data would give other numbers: older ones are computed anew. */
export const StoredStatistics = z.object({
  version: z.literal(1),
  splits: z.array(
    z.object({
      split: z.enum(['train', 'restval', 'val', 'test']),
      examples: Count,
      /** Images that an example of the split shows. */
      images: Count,
      /** [words in a text, texts]; the last one stands for all longer texts. */
      lengths: z.array(z.tuple([Count, Count])),
      labels: Top,
    }),
  ),
  /** Words in lower case, of every `step`-th text. */
  words: Top.extend({ step: z.int().min(1) }),
  /** All annotators'. */
  answers: Top,
  answerTypes: z.array(Counted),
  categories: Top,
  attributes: Top,
  /** [width, height, images], both rounded to `step` pixels. */
  sizes: z.object({ step: z.int().min(1), counts: z.array(z.tuple([Count, Count, Count])) }),
})
export type StoredStatistics = z.infer<typeof StoredStatistics>

/** Texts of so many words and more are counted together. */
export const longestText = 60
