import type { Db, Tx } from '#lib/db'
import { invalid } from '#lib/errors'
import { stageKinds } from '#lib/soho/config'
import type { StageKind } from '#lib/soho/config'
import { exampleKindOf } from '../datasets/stage-examples.ts'
import { countUsableExamples } from './count-usable-examples.ts'
import type { SplitCounts } from './count-usable-examples.ts'
import type { CreateAblationInput } from './create-ablation-input.ts'

export interface PlanDataset {
  kind: StageKind
  versionId: string
  digest: string
  name: string
  /** Those that the stage can use. */
  examples: SplitCounts
  /** Those that it will leave out: an image is missing or unreadable. */
  unusable: SplitCounts
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
    const { usable: examples, unusable } = await countUsableExamples(db, id, exampleKindOf[kind])
    if (examples.train === 0) {
      const message = noTraining(version.dataset.name, unusable.train)
      throw invalid(`${message}.`, { [`datasets.${kind}`]: message })
    }
    const images = await db.datasetImage.count({ where: { versionId: id, digest: { not: null } } })
    found[kind] = { kind, versionId: id, digest: version.digest, name: version.dataset.name, examples, unusable, images }
  }
  return found
}

function noTraining(name: string, unusable: number): string {
  if (unusable === 0) return `${name} has no training examples for this stage`
  return `${name} has nothing to train this stage on: the images of all its ${unusable} training examples are missing or unreadable`
}
