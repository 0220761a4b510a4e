import { z } from 'zod'

/** A change that waits for the next version. Forms import this file. */

const Reason = z.string().trim().max(2000, 'A reason has at most 2,000 characters.')
const Value = (words: string) => z.string().trim().min(1, `Write the new ${words}.`).max(10_000, 'That is too long.')
const about = { subjectId: z.uuid() }

export const DraftChangeInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), ...about, value: Value('text'), reason: Reason.default('') }),
  z.strictObject({ kind: z.literal('label'), ...about, value: Value('label'), reason: Reason.default('') }),
  z.strictObject({ kind: z.literal('exclude_example'), ...about, reason: Reason.min(3, 'Say why it should go.') }),
  z.strictObject({ kind: z.literal('exclude_image'), ...about, reason: Reason.min(3, 'Say why it should go.') }),
])
export type DraftChangeInput = z.input<typeof DraftChangeInput>
