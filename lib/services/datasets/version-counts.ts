import { z } from 'zod'

const Count = z.int().min(0).default(0)

/** What a version holds, as it is stored with it. `restval` is trained on. */
export const VersionCounts = z.object({
  images: Count,
  missingImages: Count,
  orphanImages: Count,
  imageBytes: Count,
  examples: z.object({ train: Count, restval: Count, val: Count, test: Count }).prefault({}),
})
export type VersionCounts = z.infer<typeof VersionCounts>
