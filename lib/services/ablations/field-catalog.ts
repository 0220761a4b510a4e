import { Configuration } from '#lib/soho/config'
import { fieldLabels } from './field-labels.ts'

/** A value of one configuration field. */
export type FieldValue = number | string | boolean | number[] | null

/** One field of the configuration, as a form offers it: kind and bounds come from the configuration's own schema. */
export interface FieldInfo {
  /** Dot path, `dictionary.size`. */
  path: string
  label: string
  /** `file`: the digest of a registered file, or null for none. */
  kind: 'integer' | 'number' | 'choice' | 'boolean' | 'integers' | 'file'
  minimum: number | null
  maximum: number | null
  /** Of a choice; empty otherwise. */
  options: string[]
}

/** What this file needs of a zod schema's inside. */
interface Schema {
  def: { type: string; values?: unknown[]; entries?: Record<string, string>; shape?: Record<string, Schema>; innerType?: Schema }
  minValue?: number | null
  maxValue?: number | null
  isInt?: boolean
}

function describe(path: string, schema: Schema): FieldInfo[] {
  const { def } = schema
  const label = fieldLabels[path]
  const field = { path, label: label ?? path, minimum: null, maximum: null, options: [] }
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape ?? {}).flatMap(([name, inner]) => describe(path === '' ? name : `${path}.${name}`, inner))
    case 'enum':
      return [{ ...field, kind: 'choice', options: Object.values(def.entries ?? {}) }]
    case 'boolean':
      return [{ ...field, kind: 'boolean' }]
    case 'array':
      return [{ ...field, kind: 'integers' }]
    case 'number':
      return [
        { ...field, kind: isInteger(schema) ? 'integer' : 'number', minimum: bound(schema.minValue), maximum: bound(schema.maxValue) },
      ]
    case 'optional':
    case 'default':
      return def.innerType ? describe(path, def.innerType) : []
    case 'nullable':
      return [{ ...field, kind: 'file' }]
    default:
      // A literal leaves nothing to choose.
      return []
  }
}

const isInteger = (schema: Schema) => schema.isInt === true

/** zod says infinity, or the largest safe integer, where no bound was given. */
const bound = (value: number | null | undefined) =>
  value === null || value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? null : value

/** Every field of the configuration, in its own order. */
export const fieldCatalog: readonly FieldInfo[] = describe('', Configuration as unknown as Schema)

/** The parts of the configuration, in its own order. */
export const fieldSections = Object.keys(Configuration.shape) as (keyof Configuration)[]
export { sectionLabels } from './field-labels.ts'

const byPath = new Map(fieldCatalog.map((field) => [field.path, field]))

export function fieldInfo(path: string): FieldInfo | null {
  return byPath.get(path) ?? null
}

export function fieldLabel(path: string): string {
  return byPath.get(path)?.label ?? path
}

/** A value as people read it; a dictionary of size 0 is off, a file is the first digits of its digest. */
export function writeFieldValue(path: string, value: FieldValue): string {
  if (path === 'dictionary.size') return value === 0 ? 'off' : String(value)
  if (value === null) return 'none'
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ')
  return fieldInfo(path)?.kind === 'file' ? String(value).slice(0, shortDigest) : String(value)
}

/** Digits of a digest that tell files apart well enough for people. */
const shortDigest = 8
