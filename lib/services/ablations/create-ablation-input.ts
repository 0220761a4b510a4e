import { z } from 'zod'
import { PresetName } from '#lib/soho/config'

/** What a launch needs. Forms import this file, so it depends on zod and the configuration alone. */

/** Null: no file, where a field takes one. */
export const FieldValue = z.union([z.number(), z.boolean(), z.string().max(100), z.array(z.number()).max(50), z.null()])

const distinct = (values: readonly unknown[]) => new Set(values.map((value) => JSON.stringify(value))).size === values.length
const Field = z.string().min(1, 'Choose a field').max(100)
const VersionId = z.uuid('Choose a dataset')
const seedWords = 'Seeds are whole numbers from 0 to 2,147,483,647, between commas'
const Seed = z.int(seedWords).min(0, seedWords).max(2_147_483_647, seedWords)

export const FactorInput = z.strictObject({
  /** Dot path into the configuration, `dictionary.size`. */
  field: Field,
  values: z
    .array(FieldValue)
    .min(1, 'Give at least one value')
    .max(12, 'A factor takes at most 12 values')
    .refine(distinct, 'The same value stands here twice'),
})

export const CreateAblationInput = z.strictObject({
  name: z.string().trim().min(1, 'Give the ablation a name').max(120, 'A name has at most 120 characters'),
  description: z.string().trim().max(4000, 'A description has at most 4,000 characters').default(''),
  preset: PresetName,
  /** Fields that differ from the preset in every run. */
  overrides: z
    .array(z.strictObject({ field: Field, value: FieldValue }))
    .max(100)
    .default([]),
  factors: z.array(FactorInput).min(1, 'Choose at least one factor').max(4, 'An ablation takes at most four factors'),
  seeds: z
    .array(Seed)
    .min(1, 'Give at least one seed')
    .max(20, 'An ablation takes at most 20 seeds')
    .refine(distinct, 'The same seed stands here twice'),
  /** Dataset versions by stage kind; null leaves a task out. */
  datasets: z.strictObject({
    pretrain: VersionId,
    retrieval: VersionId.nullable(),
    vqa: VersionId.nullable(),
    nlvr2: VersionId.nullable(),
    'snli-ve': VersionId.nullable(),
  }),
  /** Why it is launched although test images are in the pre-training data; needed where they are. */
  leakReason: z.string().trim().max(1000).optional(),
})
export type CreateAblationInput = z.infer<typeof CreateAblationInput>
