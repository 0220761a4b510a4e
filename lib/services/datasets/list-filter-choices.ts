import { z } from 'zod'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { StoredStatistics } from './statistics/stored-statistics.ts'

export const ListFilterChoicesInput = z.strictObject({ versionId: z.uuid() })

/** Values that a filter may ask for, the most frequent first; others can be typed. */
export interface FilterChoices {
  labels: string[]
  answers: string[]
  categories: string[]
  attributes: string[]
  tags: string[]
}

export async function listFilterChoices(ctx: Context, input: z.input<typeof ListFilterChoicesInput>): Promise<FilterChoices> {
  permit(ctx, 'viewer')
  const { versionId } = parseInput(ListFilterChoicesInput, input)
  const [version, tags] = await Promise.all([
    ctx.db.datasetVersion.findUnique({ where: { id: versionId }, select: { statistics: true } }),
    ctx.db.tag.groupBy({
      by: ['name'],
      where: { dataset: { versions: { some: { id: versionId } } } },
      _count: true,
      orderBy: { _count: { name: 'desc' } },
      take: 100,
    }),
  ])
  const known = StoredStatistics.safeParse(version?.statistics)
  const names = (counts: [string, number][]) => counts.map(([name]) => name)
  return {
    labels: known.success ? [...new Set(known.data.splits.flatMap(({ labels }) => names(labels.top)))] : [],
    answers: known.success ? names(known.data.answers.top) : [],
    categories: known.success ? names(known.data.categories.top) : [],
    attributes: known.success ? names(known.data.attributes.top) : [],
    tags: tags.map(({ name }) => name),
  }
}
