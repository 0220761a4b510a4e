import { invalid } from '#lib/errors'
import { Configuration } from '#lib/soho/config'
import { presets } from '#lib/soho/presets'
import type { PresetName } from '#lib/soho/config'
import type { FieldValue } from './field-catalog.ts'
import { fieldInfo, fieldLabel } from './field-catalog.ts'

/** One field set to a value, and where in the form it was said. */
export interface FieldSetting {
  field: string
  value: FieldValue
  /** `factors.0.values`, `overrides.2.value` */
  from: string
}

/**
 * A preset with fields replaced.
 * @throws LabError naming the form field whose path is unknown or whose value the configuration refuses
 */
export function configure(preset: PresetName, settings: readonly FieldSetting[]): Configuration {
  const draft = structuredClone(presets[preset])
  for (const { field, value, from } of settings) {
    if (!fieldInfo(field)) throw invalid(`The configuration has no field ${field}.`, { [from]: `There is no field ${field}` })
    assign(draft, field.split('.'), value)
  }
  const parsed = Configuration.safeParse(draft)
  if (parsed.success) return checkTogether(parsed.data, settings)
  const fields: Record<string, string> = {}
  for (const issue of parsed.error.issues) {
    const path = issue.path.filter((key) => typeof key === 'string').join('.')
    const setting = settings.find(({ field }) => field === path)
    fields[setting?.from ?? path] = `${fieldLabel(path)}: ${issue.message}`
  }
  throw invalid(`The configuration is not usable. ${Object.values(fields).join('; ')}.`, fields)
}

function assign(target: object, [key = '', ...rest]: string[], value: FieldValue): void {
  const record = target as Record<string, unknown>
  if (rest.length === 0) record[key] = value
  else assign(record[key] as object, rest, value)
}

/** What no single field can tell. */
function checkTogether(configuration: Configuration, settings: readonly FieldSetting[]): Configuration {
  const { transformer, image } = configuration
  const refuse = (fields: string[], message: string) => {
    const from = settings.findLast(({ field }) => fields.includes(field))?.from
    throw invalid(`${message}.`, from ? { [from]: message } : {})
  }
  if (transformer.hiddenSize % transformer.heads !== 0)
    refuse(['transformer.hiddenSize', 'transformer.heads'], 'The hidden size must be a multiple of the number of attention heads')
  if (transformer.hiddenSize % 4 !== 0) refuse(['transformer.hiddenSize'], 'The hidden size must be a multiple of 4 (sine positions)')
  if (image.longSidePx < image.shortSidePx)
    refuse(['image.shortSidePx', 'image.longSidePx'], 'The long side of images cannot be shorter than the short side')
  return configuration
}
