import { z } from 'zod'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { VersionCounts } from '../datasets/version-counts.ts'
import { parseInput } from '../parse-input.ts'

export const ListComparableVersionsInput = z.strictObject({ versionId: z.uuid() })

export interface ComparableVersion {
  id: string
  number: number
  datasetName: string
  images: number
  /** Whether it has a validation or test split, whose images must not be trained on. */
  isMeasured: boolean
}

/** The newest version of every other dataset: a lab has tens of them. */
export async function listComparableVersions(
  ctx: Context,
  input: z.input<typeof ListComparableVersionsInput>,
): Promise<ComparableVersion[]> {
  permit(ctx, 'viewer')
  const { versionId } = parseInput(ListComparableVersionsInput, input)
  const datasets = await ctx.db.dataset.findMany({
    where: { versions: { some: {}, none: { id: versionId } } },
    orderBy: { name: 'asc' },
    select: { name: true, versions: { orderBy: { number: 'desc' }, take: 1, select: { id: true, number: true, counts: true } } },
  })
  return datasets.flatMap(({ name, versions: [newest] }) => {
    if (!newest) return []
    const { images, examples } = VersionCounts.parse(newest.counts)
    return [{ id: newest.id, number: newest.number, datasetName: name, images, isMeasured: examples.val + examples.test > 0 }]
  })
}
