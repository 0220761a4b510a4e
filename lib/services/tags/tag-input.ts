import { z } from 'zod'

/** Forms import this file. */
export const TagInput = z.strictObject({
  imageId: z.uuid(),
  /** Of an example that shows the image; left out: the image itself. */
  exampleId: z.uuid().optional(),
  name: z
    .string()
    .trim()
    .min(1, 'Write a tag.')
    .max(60, 'A tag has at most 60 characters.')
    .transform((name) => name.toLowerCase()),
})
export type TagInput = z.input<typeof TagInput>
