import { z } from 'zod'
import { StageKind } from '#lib/soho/config'
import type { DatasetFormat } from '#lib/generated/prisma/enums'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { exampleKindOf, kindOfFormat } from './stage-examples.ts'
import { VersionCounts } from './version-counts.ts'

export const ListVersionsForStageInput = z.strictObject({ kind: StageKind })

export interface StageVersion {
  versionId: string
  datasetId: string
  datasetName: string
  number: number
  exampleCounts: { train: number; val: number; test: number }
  /** Whether any of its images can be read: nothing is trained on texts alone. */
  hasImages: boolean
}

/** Versions whose examples a stage can train on: by dataset, the newest first. `restval` counts as train. */
export async function listVersionsForStage(ctx: Context, input: z.input<typeof ListVersionsForStageInput>): Promise<StageVersion[]> {
  permit(ctx, 'viewer')
  const { kind } = parseInput(ListVersionsForStageInput, input)
  const wanted = exampleKindOf[kind]
  const formats = (Object.keys(kindOfFormat) as DatasetFormat[]).filter((format) => (kindOfFormat[format] ?? wanted) === wanted)
  const versions = await ctx.db.datasetVersion.findMany({
    where: { dataset: { format: { in: formats } } },
    orderBy: [{ dataset: { name: 'asc' } }, { number: 'desc' }],
    select: { id: true, number: true, counts: true, datasetId: true, dataset: { select: { name: true, format: true } } },
  })
  return versions.flatMap(({ id, number, counts, datasetId, dataset }) => {
    const { kinds, examples, images, missingImages } = VersionCounts.parse(counts)
    const held = kindOfFormat[dataset.format] === null ? kinds[wanted] : examples
    if (!held) return []
    const { train, restval, val, test } = held
    const exampleCounts = { train: train + restval, val, test }
    return [{ versionId: id, datasetId, datasetName: dataset.name, number, exampleCounts, hasImages: images > missingImages }]
  })
}
