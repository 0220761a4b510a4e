import type { CreateAblationInput } from '#lib/services/ablations/create-ablation-input'
import { fieldInfo } from '#lib/services/ablations/field-catalog'
import type { FieldInfo, FieldValue } from '#lib/services/ablations/field-catalog'
import type { StageVersion } from '#lib/services/datasets/list-versions-for-stage'
import type { WeightFileView } from '#lib/services/weights/weight-file-view'
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
  /** Digests of registered files; empty for none. They are overrides, chosen from lists. */
  files: Record<FileUse, string>
  overrides: { field: string; value: string }[]
  /** Why it is launched although test images are in the pre-training data. */
  leakReason: string
}

/** What a registered file is chosen for, and the field it goes to. */
export const fileFields = { encoder: 'initial.encoder', text: 'initial.text', vocabulary: 'text.vocabulary' } as const
export type FileUse = keyof typeof fileFields
export const fileUses = Object.keys(fileFields) as FileUse[]

/** A file as values can name it. */
export type NamedFile = Pick<WeightFileView, 'name' | 'digest'>

export type VersionsByStage = Record<StageKind, StageVersion[]>

/** The demo ablation where its data are there; otherwise the newest version of the first dataset that a stage can use, with images if there is one. */
export function defaultValues(versions: VersionsByStage): FormValues {
  const isDemo = stageKinds.every((kind) => versions[kind].some(isShapes))
  const usual = (own: StageVersion[]) => own.find(isShapes) ?? own.find(({ hasImages }) => hasImages) ?? own[0]
  const datasets = Object.fromEntries(stageKinds.map((kind) => [kind, usual(versions[kind])?.versionId ?? ''])) as FormValues['datasets']
  return {
    name: isDemo ? 'Dictionary size on shapes' : 'Dictionary size',
    description: '',
    preset: 'tiny',
    datasets,
    factors: [{ field: 'dictionary.size', values: '0, 64, 256' }],
    seeds: '1, 2',
    files: { encoder: '', text: '', vocabulary: '' },
    overrides: [],
    leakReason: '',
  }
}

const isShapes = ({ datasetName }: StageVersion) => datasetName.startsWith('Shapes ')

/** What the form says, as the input of a launch. Text that is no value of its field stays text: the launch's schema says so. */
export function toInput(values: FormValues, files: readonly NamedFile[] = []): Record<keyof CreateAblationInput, unknown> {
  return {
    name: values.name,
    description: values.description,
    preset: values.preset,
    overrides: [
      ...values.overrides.map(({ field, value }) => ({ field, value: parseValue(fieldInfo(field), value.trim(), files) })),
      ...chosenFiles(values).map((use) => ({ field: fileFields[use], value: values.files[use] })),
    ],
    factors: values.factors.map(({ field, values: text }) => ({ field, values: parseList(fieldInfo(field), text, files) })),
    seeds: split(values.seeds, ',').map(toNumber),
    datasets: Object.fromEntries(stageKinds.map((kind) => [kind, values.datasets[kind] || (kind === 'pretrain' ? '' : null)])),
    leakReason: values.leakReason || undefined,
  }
}

const chosenFiles = ({ files }: FormValues) => fileUses.filter((use) => files[use] !== '')

/** Where the input's errors speak of a chosen file: its place among the overrides. */
export function pathOfFile(values: FormValues, use: FileUse): string {
  const at = chosenFiles(values).indexOf(use)
  return at < 0 ? fileFields[use] : `overrides.${values.overrides.length + at}`
}

/** Values between commas; lists of numbers between semicolons. */
function parseList(info: FieldInfo | null, text: string, files: readonly NamedFile[]): FieldValue[] {
  return split(text, info?.kind === 'integers' ? ';' : ',').map((part) => parseValue(info, part, files))
}

function parseValue(info: FieldInfo | null, text: string, files: readonly NamedFile[]): FieldValue {
  switch (info?.kind) {
    case 'integer':
    case 'number':
      return info.path === 'dictionary.size' && text === 'off' ? 0 : toNumber(text)
    case 'boolean':
      return text === 'on' || text === 'true' ? true : text === 'off' || text === 'false' ? false : text
    case 'integers':
      return split(text, ',').map(Number)
    case 'file':
      return text === 'none'
        ? null
        : (files.find(({ name, digest }) => name === text || (text.length >= 8 && digest.startsWith(text)))?.digest ?? text)
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
