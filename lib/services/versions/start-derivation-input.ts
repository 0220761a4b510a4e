import { z } from 'zod'
import { SubsetRule } from './recipe.ts'

/** What a new version made from another one needs. Forms import this file. */

const Reason = z.string().trim().max(2000)
const NeededReason = Reason.min(3, 'Say why, in a few words')

export const StartDerivationInput = z.discriminatedUnion('kind', [
  /** The changes that wait for the version. */
  z.strictObject({ kind: z.literal('changes'), parentId: z.uuid(), reason: Reason.default('') }),
  /** Without the images and examples that a check found. */
  z.strictObject({
    kind: z.literal('exclusion'),
    parentId: z.uuid(),
    checkId: z.uuid(),
    codes: z.array(z.string().max(100)).min(1, 'Choose what to exclude').max(50),
    reason: NeededReason,
  }),
  /** A part of it, as a dataset of its own. */
  z.strictObject({
    kind: z.literal('subset'),
    parentId: z.uuid(),
    name: z.string().trim().min(1, 'Give the dataset a name').max(120, 'A name has at most 120 characters'),
    rule: SubsetRule,
    reason: Reason.default(''),
  }),
])
export type StartDerivationInput = z.input<typeof StartDerivationInput>
