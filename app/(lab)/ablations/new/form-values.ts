import type { CreateAblationInput } from '#lib/services/ablations/create-ablation-input'
import { fieldInfo } from '#lib/services/ablations/field-catalog'
import type { FieldInfo, FieldValue } from '#lib/services/ablations/field-catalog'
import type { StageVersion } from '#lib/services/datasets/list-versions-for-stage'
import { stageKinds } from '#lib/soho/config'
import type { PresetName, StageKind } from '#lib/soho/config'

/** What stands in the form: as the input of a launch, but values as they are typed. Paths are those of the input, so errors find their field. */
export interface FormValues {
  name: string
  description: string
  preset: PresetName
  datasets: Record<StageKind, string>
  factors: { field: string; values: string }[]
  seeds: string
  overrides: { field: string; value: string }[]
}

export type VersionsByStage = Record<StageKind, StageVersion[]>

/** The demo ablation where its data are there; otherwise the newest version of the first dataset that a stage can use. */
export function defaultValues(versions: VersionsByStage): FormValues {
  const isDemo = stageKinds.every((kind) => versions[kind].some(isShapes))
  const datasets = Object.fromEntries(
    stageKinds.map((kind) => [kind, (versions[kind].find(isShapes) ?? versions[kind][0])?.versionId ?? '']),
  ) as FormValues['datasets']
  return {
    name: isDemo ? 'Dictionary size on shapes' : 'Dictionary size',
    description: '',
    preset: 'tiny',
    datasets,
    factors: [{ field: 'dictionary.size', values: '0, 64, 256' }],
    seeds: '1, 2',
    overrides: [],
  }
}

const isShapes = ({ datasetName }: StageVersion) => datasetName.startsWith('Shapes ')

/** What the form says, as the input of a launch. Text that is no value of its field stays text: the launch's schema says so. */
export function toInput(values: FormValues): Record<keyof CreateAblationInput, unknown> {
  return {
    name: values.name,
    description: values.description,
    preset: values.preset,
    overrides: values.overrides.map(({ field, value }) => ({ field, value: parseValue(fieldInfo(field), value.trim()) })),
    factors: values.factors.map(({ field, values: text }) => ({ field, values: parseList(fieldInfo(field), text) })),
    seeds: split(values.seeds, ',').map(toNumber),
    datasets: Object.fromEntries(stageKinds.map((kind) => [kind, values.datasets[kind] || (kind === 'pretrain' ? '' : null)])),
  }
}

/** Values between commas; lists of numbers between semicolons. */
function parseList(info: FieldInfo | null, text: string): FieldValue[] {
  return split(text, info?.kind === 'integers' ? ';' : ',').map((part) => parseValue(info, part))
}

function parseValue(info: FieldInfo | null, text: string): FieldValue {
  switch (info?.kind) {
    case 'integer':
    case 'number':
      return info.path === 'dictionary.size' && text === 'off' ? 0 : toNumber(text)
    case 'boolean':
      return text === 'on' || text === 'true' ? true : text === 'off' || text === 'false' ? false : text
    case 'integers':
      return split(text, ',').map(Number)
    default:
      return text
  }
}

const toNumber = (text: string): number | string => (text === '' || Number.isNaN(Number(text)) ? text : Number(text))
const split = (text: string, mark: string) =>
  text
    .split(mark)
    .map((part) => part.trim())
    .filter(Boolean)

/** The message at a path, or at the first one below it. */
export function messageAt(fields: Readonly<Record<string, string>>, path: string): string | undefined {
  return fields[path] ?? Object.entries(fields).find(([key]) => key.startsWith(`${path}.`))?.[1]
}
