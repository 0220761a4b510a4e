import { z } from 'zod'
import { fieldLabel, writeFieldValue } from './field-catalog.ts'
import { FieldValue } from './create-ablation-input.ts'

/** The JSON columns of an ablation and a run, parsed where they are read. */

export const StoredFactors = z.array(z.object({ field: z.string(), values: z.array(FieldValue) }))
export type StoredFactors = z.infer<typeof StoredFactors>

export const StoredFactorValues = z.record(z.string(), FieldValue)
export type StoredFactorValues = z.infer<typeof StoredFactorValues>

export const StoredDatasets = z.partialRecord(z.enum(['pretrain', 'retrieval', 'vqa', 'nlvr2', 'snli-ve']), z.string())

/** Test images found in the pre-training data, and why it was launched all the same. */
export const StoredLeakAnswer = z.object({
  leaks: z.array(z.object({ kind: z.enum(['retrieval', 'vqa', 'nlvr2', 'snli-ve']), name: z.string(), test: z.number(), val: z.number() })),
  reason: z.string(),
  /** Who answered; null: the server. */
  by: z.string().nullable(),
  at: z.string(),
})
export type StoredLeakAnswer = z.infer<typeof StoredLeakAnswer>

/** A cell's name: `off`, `64`, `64 · lr 0.001`. With several factors the later ones carry their label. */
export function cellLabel(values: StoredFactorValues): string {
  return Object.entries(values)
    .map(([field, value], i) => (i === 0 ? writeFieldValue(field, value) : `${shortLabel(field)} ${writeFieldValue(field, value)}`))
    .join(' · ')
}

const shortLabel = (field: string) => (field.endsWith('.learningRate') ? 'lr' : fieldLabel(field).toLowerCase())

/** Factors with their labels and written values, for lists and grids. */
export function describeFactors(stored: unknown): { field: string; label: string; values: StoredFactors[number]['values'] }[] {
  return StoredFactors.parse(stored).map(({ field, values }) => ({ field, label: fieldLabel(field), values }))
}
