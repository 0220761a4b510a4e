import { invalid } from '#lib/errors'
import { taskKinds } from '#lib/soho/config'
import type { Configuration, StageKind } from '#lib/soho/config'
import { configure } from './configure.ts'
import type { FieldSetting } from './configure.ts'
import type { CreateAblationInput } from './create-ablation-input.ts'
import type { FieldValue } from './field-catalog.ts'
import { stageDigest } from './stage-identity.ts'
import { cellLabel } from './stored-ablation.ts'

export interface PlannedStage {
  digest: string
  kind: StageKind
  configuration: Configuration
  seed: number
  datasetVersionId: string
  /** Digest of the pre-training that a task continues. */
  upstreamDigest: string | null
}

export interface PlannedRun {
  cellIndex: number
  seed: number
  factorValues: Record<string, FieldValue>
  configuration: Configuration
  /** Digests, by stage kind. */
  stages: { kind: StageKind; digest: string }[]
}

export interface PlannedCell {
  index: number
  label: string
  factorValues: Record<string, FieldValue>
}

export interface AblationPlan {
  baseConfiguration: Configuration
  cells: PlannedCell[]
  /** Cell by cell, seed by seed: the order in which they are to be worked off. */
  runs: PlannedRun[]
  /** Each stage once, in the order of the runs that need it first; a pre-training stands before its tasks. */
  stages: PlannedStage[]
}

/** The dataset versions of a plan, by stage kind: database id and content digest. */
export type PlanDatasets = Partial<Record<StageKind, { versionId: string; digest: string }>>

const cellLimit = 400

/**
 * Expands factors and seeds into runs, and runs into stages that are named by what determines their result.
 * @throws LabError naming the form field that cannot be
 */
export function planAblation(input: CreateAblationInput, datasets: PlanDatasets): AblationPlan {
  const base = baseSettings(input)
  const cells = expandCells(input)
  const stages = new Map<string, PlannedStage>()
  const runs = cells.flatMap(({ index, factorValues, settings }) => {
    const configuration = configure(input.preset, [...base, ...settings])
    return input.seeds.map((seed): PlannedRun => {
      const own = planStages(configuration, seed, datasets)
      for (const stage of own) if (!stages.has(stage.digest)) stages.set(stage.digest, stage)
      return { cellIndex: index, seed, factorValues, configuration, stages: own.map(({ kind, digest }) => ({ kind, digest })) }
    })
  })
  return {
    baseConfiguration: configure(input.preset, base),
    cells: cells.map(({ index, factorValues }) => ({ index, factorValues, label: cellLabel(factorValues) })),
    runs,
    stages: [...stages.values()],
  }
}

/** Of each cell once. */
export function configurationsOf({ runs }: AblationPlan): Configuration[] {
  return [...new Map(runs.map(({ cellIndex, configuration }) => [cellIndex, configuration])).values()]
}

function baseSettings({ overrides, factors }: CreateAblationInput): FieldSetting[] {
  const seen = new Map<string, string>()
  const names = [
    ...factors.map(({ field }, i) => ({ field, from: `factors.${i}.field` })),
    ...overrides.map(({ field }, i) => ({ field, from: `overrides.${i}.field` })),
  ]
  for (const { field, from } of names) {
    if (seen.has(field)) throw invalid(`The field ${field} is set twice.`, { [from]: 'This field is set twice' })
    seen.set(field, from)
  }
  return overrides.map(({ field, value }, i) => ({ field, value, from: `overrides.${i}.value` }))
}

/** The product of the factors' values; the last factor changes fastest. */
function expandCells({ factors }: CreateAblationInput) {
  let combinations: FieldSetting[][] = [[]]
  for (const [i, { field, values }] of factors.entries()) {
    combinations = combinations.flatMap((settings) => values.map((value) => [...settings, { field, value, from: `factors.${i}.values` }]))
    if (combinations.length > cellLimit)
      throw invalid(`The grid has more than ${cellLimit} cells: take fewer values.`, { [`factors.${i}.values`]: 'Too many cells' })
  }
  return combinations.map((settings, index) => ({
    index,
    settings,
    factorValues: Object.fromEntries(settings.map(({ field, value }) => [field, value])),
  }))
}

function planStages(configuration: Configuration, seed: number, datasets: PlanDatasets): PlannedStage[] {
  const plan = (kind: StageKind, upstreamDigest: string | null): PlannedStage[] => {
    const dataset = datasets[kind]
    if (!dataset) return []
    const digest = stageDigest({ kind, configuration, seed, datasetDigest: dataset.digest, upstreamDigest })
    return [{ digest, kind, configuration, seed, datasetVersionId: dataset.versionId, upstreamDigest }]
  }
  const pretrain = plan('pretrain', null)
  const upstream = pretrain[0]?.digest ?? null
  return [...pretrain, ...taskKinds.flatMap((kind) => plan(kind, upstream))]
}
