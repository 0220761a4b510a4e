import { createAblation } from '#lib/services/ablations/create-ablation'
import type { CreateAblationInput } from '#lib/services/ablations/create-ablation-input'
import { getAblation } from '#lib/services/ablations/get-ablation'
import type { AblationDetail } from '#lib/services/ablations/get-ablation'
import { listAblations } from '#lib/services/ablations/list-ablations'
import type { Context } from '#lib/services/context'
import { listDatasets } from '#lib/services/datasets/list-datasets'
import { retryStage } from '#lib/services/stages/retry-stage'
import type { DemoName } from './demo-imports.ts'

const name = 'Dictionary size on shapes'

/** The demo ablation as a form would send it. */
async function demoInput(ctx: Context): Promise<CreateAblationInput> {
  const { datasets } = await listDatasets(ctx)
  const version = (wanted: DemoName): string => {
    const found = datasets.find((dataset) => dataset.name === wanted)?.version
    if (!found) throw new Error(`The demo dataset ${wanted} is not imported.`)
    return found.id
  }
  return {
    name,
    description: 'What the size of the visual dictionary does on a small world of shapes; 0 is no dictionary.',
    preset: 'tiny',
    overrides: [],
    factors: [{ field: 'dictionary.size', values: [0, 64, 256] }],
    seeds: [1, 2],
    datasets: {
      pretrain: version('Shapes captions'),
      retrieval: version('Shapes captions'),
      vqa: version('Shapes VQA'),
      nlvr2: version('Shapes NLVR2'),
      'snli-ve': version('Shapes SNLI-VE'),
    },
  }
}

/** The demo ablation: the one that is there, with what failed queued again, or a new one. Its finished stages are not repeated. */
export async function findOrCreateDemo(ctx: Context): Promise<AblationDetail> {
  const input = await demoInput(ctx)
  const known = await findDemo(ctx, input)
  if (!known) return getAblation(ctx, await createAblation(ctx, input))
  for (const stage of known.cells.flatMap(({ runs }) => runs.flatMap(({ stages }) => stages))) {
    // A failed pre-training takes the stages behind it along: they may be queued already.
    if (stage.status === 'failed') await retryStage(ctx, { stageId: stage.stageId }).catch(() => undefined)
  }
  return getAblation(ctx, { id: known.id })
}

async function findDemo(ctx: Context, input: CreateAblationInput): Promise<AblationDetail | null> {
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof listAblations>> = await listAblations(ctx, { limit: 100, cursor })
    for (const { id } of page.ablations.filter((item) => item.name === name && item.state !== 'canceled')) {
      const found = await getAblation(ctx, { id })
      if (isSame(found, input)) return found
    }
    cursor = page.nextCursor
  } while (cursor !== null)
  return null
}

function isSame({ preset, seeds, factors, datasets }: AblationDetail, input: CreateAblationInput): boolean {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
  const versions = Object.fromEntries(datasets.map(({ kind, versionId }) => [kind, versionId]))
  return (
    preset === input.preset &&
    same(seeds, input.seeds) &&
    same(
      factors.map(({ field, values }) => ({ field, values })),
      input.factors,
    ) &&
    same(versions, input.datasets)
  )
}
