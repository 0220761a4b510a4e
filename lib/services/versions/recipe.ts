import { z } from 'zod'
import { splits } from '../imports/format-catalog.ts'

/** What is done to a version to make another one. Stored with it: with the parent's content it gives the same version again. */

/** A change names what it is about by keys, which stay from version to version: an image's key, or `<kind> <split> <external id>`. */
export const RecipeChange = z.strictObject({
  draftId: z.uuid(),
  kind: z.enum(['text', 'label', 'exclude_example', 'exclude_image']),
  subject: z.string(),
  value: z.string().nullable(),
  reason: z.string(),
  author: z.string(),
})
export type RecipeChange = z.infer<typeof RecipeChange>

const Share = z.number().gt(0, 'Take more than nothing').max(1, 'There is no more than all')

const seedWords = 'A whole number from 0 to 2,147,483,647'
const sideWords = 'A whole number from 0 to 100,000'

/** Examples that fulfil every condition, and of those a sample. */
export const SubsetRule = z.strictObject({
  splits: z.array(z.enum(splits)).min(1, 'Choose at least one split'),
  /** Share of the images of a split, with all their chosen texts; a split that is not named is taken whole. */
  samples: z.partialRecord(z.enum(splits), Share).default({}),
  /** Another seed draws another sample. */
  seed: z.int(seedWords).min(0, seedWords).max(2_147_483_647, seedWords).default(1),
  /** Examples with exactly this label or most frequent answer. */
  label: z.string().trim().max(200).default(''),
  /** Examples that show an object of this category. */
  category: z.string().trim().max(200).default(''),
  /** Examples whose text has these words, as the image grid searches. */
  search: z.string().trim().max(200).default(''),
  /** Examples all of whose images are at least so large on their shorter side. */
  minimumSidePx: z.int(sideWords).min(0, sideWords).max(100_000, sideWords).default(0),
})
export type SubsetRule = z.infer<typeof SubsetRule>

export const Recipe = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('changes'), changes: z.array(RecipeChange) }),
  z.strictObject({
    kind: z.literal('exclusion'),
    /** The check whose findings these are, and of which kinds. */
    checkId: z.uuid().nullable(),
    codes: z.array(z.string()),
    imageKeys: z.array(z.string()),
    /** `<kind> <split> <external id>` */
    exampleKeys: z.array(z.string()),
    /** Whether an excluded image keeps the examples of the validation and test splits. */
    isTrainingOnly: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('subset'), rule: SubsetRule }),
])
export type Recipe = z.infer<typeof Recipe>
