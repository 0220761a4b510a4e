import type { Db, Tx } from '#lib/db'
import { invalid } from '#lib/errors'
import { stageKinds } from '#lib/soho/config'
import type { StageKind } from '#lib/soho/config'
import type { CreateAblationInput } from './create-ablation-input.ts'

export const exampleKindOf = {
  pretrain: 'caption',
  retrieval: 'caption',
  vqa: 'question',
  nlvr2: 'statement',
  'snli-ve': 'hypothesis',
} as const

export interface PlanDataset {
  kind: StageKind
  versionId: string
  digest: string
  name: string
  examples: { train: number; val: number; test: number }
  /** Readable ones. */
  images: number
}
export type PlanDatasetDetails = Partial<Record<StageKind, PlanDataset>>

/**
 * The dataset versions that a launch names.
 * @throws LabError naming the choice that is gone or holds nothing for its stage
 */
export async function readPlanDatasets(db: Db | Tx, datasets: CreateAblationInput['datasets']): Promise<PlanDatasetDetails> {
  const found: PlanDatasetDetails = {}
  for (const kind of stageKinds) {
    const id = datasets[kind]
    if (id === null) continue
    const version = await db.datasetVersion.findUnique({ where: { id }, include: { dataset: { select: { name: true } } } })
    if (!version) throw invalid('A chosen dataset is gone.', { [`datasets.${kind}`]: 'This dataset is gone: choose another' })
    const counts = await db.example.groupBy({ by: ['split'], where: { versionId: id, kind: exampleKindOf[kind] }, _count: true })
    const of = (...splits: string[]) => counts.filter(({ split }) => splits.includes(split)).reduce((sum, { _count }) => sum + _count, 0)
    const examples = { train: of('train', 'restval'), val: of('val'), test: of('test') }
    if (examples.train === 0) {
      const message = `${version.dataset.name} has no training examples for this stage`
      throw invalid(`${message}.`, { [`datasets.${kind}`]: message })
    }
    const images = await db.datasetImage.count({ where: { versionId: id, digest: { not: null } } })
    found[kind] = { kind, versionId: id, digest: version.digest, name: version.dataset.name, examples, images }
  }
  return found
}
