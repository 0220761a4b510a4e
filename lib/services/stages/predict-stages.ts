import type { Db, Tx } from '#lib/db'
import { Configuration, sectionOf } from '#lib/soho/config'
import { presets } from '#lib/soho/presets'
import type { StageKind } from '#lib/soho/config'
import { relevantFields } from '../ablations/stage-identity.ts'
import { VersionCounts } from '../datasets/version-counts.ts'
import { fromDbKind, toDbKind } from './stage-kind.ts'

export interface StageToPredict {
  kind: StageKind
  configuration: Configuration
  datasetVersionId: string
}

/** `same`: finished stages of this configuration on these data. `similar`: of this configuration, scaled to data and epochs. */
export type PredictionBasis = 'same' | 'similar' | 'table'

export interface StagePrediction {
  seconds: number
  basis: PredictionBasis
}

/**
 * Seconds for one training item and epoch (an image of pre-training, an example of a task) of the preset `tiny` on one CPU thread,
 * evaluation included. Measured on the shapes data; scripts/run-cell.ts prints them.
 */
const tinySecondsPerItem: Record<StageKind, number> = { pretrain: 0.03, retrieval: 0.0094, vqa: 0.0076, nlvr2: 0.026, 'snli-ve': 0.0104 }

/** So many finished stages are looked at. */
const historyLimit = 100

/** How long stages take, from stages that have finished, else from a table for `tiny`; null where nothing is known. */
export async function predictStages(db: Db | Tx, stages: readonly StageToPredict[]): Promise<(StagePrediction | null)[]> {
  const history = await readHistory(db, [...new Set(stages.map(({ kind }) => kind))])
  const versions = [...new Set([...stages, ...history].map(({ datasetVersionId }) => datasetVersionId))]
  const counts = new Map(
    (await db.datasetVersion.findMany({ where: { id: { in: versions } }, select: { id: true, counts: true } })).map(({ id, counts }) => [
      id,
      counts,
    ]),
  )
  const items = ({ kind, configuration, datasetVersionId }: StageToPredict) =>
    countItems(kind, counts.get(datasetVersionId)) * configuration[sectionOf[kind]].epochs
  const known = history.map((past) => ({ ...past, exact: exactKey(past), similar: similarKey(past), perItem: past.seconds / items(past) }))
  const answers = new Map<string, StagePrediction | null>()
  return stages.map((stage) => {
    const exact = exactKey(stage)
    if (!answers.has(exact)) answers.set(exact, predict(stage, exact, known, items(stage)))
    return answers.get(exact) ?? null
  })
}

interface Known {
  exact: string
  similar: string
  seconds: number
  perItem: number
}

function predict(stage: StageToPredict, exact: string, known: readonly Known[], items: number): StagePrediction | null {
  const same = known.filter((past) => past.exact === exact)
  if (same.length > 0) return { seconds: mean(same.map(({ seconds }) => seconds)), basis: 'same' }
  if (!(items > 0)) return null
  const key = similarKey(stage)
  const similar = known.filter((past) => past.similar === key && Number.isFinite(past.perItem))
  if (similar.length > 0) return { seconds: items * mean(similar.map(({ perItem }) => perItem)), basis: 'similar' }
  if (!isTiny(stage.configuration)) return null
  return { seconds: items * tinySecondsPerItem[stage.kind], basis: 'table' }
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

const exactKey = ({ kind, configuration, datasetVersionId }: StageToPredict) =>
  `${kind} ${datasetVersionId} ${relevantFields(configuration, kind)}`

/** The same but for epochs and data, over which the time is scaled. */
function similarKey({ kind, configuration }: StageToPredict): string {
  const section = sectionOf[kind]
  return `${kind} ${relevantFields({ ...configuration, [section]: { ...configuration[section], epochs: 1 } }, kind)}`
}

/** The table holds for the model of `tiny`, whatever is trained how long. */
function isTiny({ image, encoder, transformer }: Configuration): boolean {
  const { tiny } = presets
  const shape = (c: Pick<Configuration, 'image' | 'encoder' | 'transformer'>) =>
    JSON.stringify([c.image.shortSidePx, c.encoder.kind, c.transformer.layers, c.transformer.hiddenSize, c.transformer.feedForwardSize])
  return shape({ image, encoder, transformer }) === shape(tiny)
}

/** Training items of one epoch; NaN where the version does not say. */
function countItems(kind: StageKind, stored: unknown): number {
  const counts = VersionCounts.safeParse(stored)
  if (!counts.success) return NaN
  const { images, examples } = counts.data
  const train = examples.train + examples.restval
  if (kind !== 'pretrain') return train
  const all = train + examples.val + examples.test
  return all === 0 ? NaN : (images * train) / all
}

interface PastStage extends StageToPredict {
  seconds: number
}

async function readHistory(db: Db | Tx, kinds: StageKind[]): Promise<PastStage[]> {
  const rows = await db.stage.findMany({
    where: { kind: { in: kinds.map(toDbKind) }, status: 'succeeded' },
    orderBy: { finishedAt: 'desc' },
    take: historyLimit,
    select: { kind: true, configuration: true, datasetVersionId: true, attempts: { select: { startedAt: true, finishedAt: true } } },
  })
  return rows.flatMap(({ kind, configuration, datasetVersionId, attempts }) => {
    // What an older lab stored may lack a field that has no default: it resembles nothing.
    const parsed = Configuration.safeParse(configuration)
    if (!parsed.success) return []
    const seconds = attempts.reduce(
      (sum, { startedAt, finishedAt }) => sum + ((finishedAt ?? startedAt).getTime() - startedAt.getTime()) / 1000,
      0,
    )
    return [{ kind: fromDbKind(kind), configuration: parsed.data, datasetVersionId, seconds }]
  })
}
