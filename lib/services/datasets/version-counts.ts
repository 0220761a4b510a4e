import { z } from 'zod'

const Count = z.int().min(0).default(0)

const Splits = z.object({ train: Count, restval: Count, val: Count, test: Count })

/** What a version holds, as it is stored with it. `restval` is trained on. */
export const VersionCounts = z.object({
  images: Count,
  missingImages: Count,
  orphanImages: Count,
  imageBytes: Count,
  examples: Splits.prefault({}),
  /** The examples of each kind; empty where the version is older than this count: all are of its format's kind then. */
  kinds: z.object({ caption: Splits, question: Splits, statement: Splits, hypothesis: Splits }).partial().prefault({}),
})
export type VersionCounts = z.infer<typeof VersionCounts>
