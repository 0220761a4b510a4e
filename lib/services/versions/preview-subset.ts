import { z } from 'zod'
import { Prisma } from '#lib/generated/prisma/client'
import type { Tx } from '#lib/db'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import type { Split } from '../imports/format-catalog.ts'
import { parseInput } from '../parse-input.ts'
import { sampling } from './kept-examples.ts'
import { isPlainSample, previewSample, type SampleCounts } from './preview-sample.ts'
import { SubsetRule } from './recipe.ts'

export const PreviewSubsetInput = z.strictObject({ parentId: z.uuid(), rule: SubsetRule })

export interface SubsetPreview {
  splits: { split: Split; examples: number; images: number }[]
  examples: number
  images: number
}

/** A version of millions of examples takes a while. */
const transaction = { maxWait: 10_000, timeout: 300_000 }

/** How much a rule would choose. Changes nothing. */
export async function previewSubset(ctx: Context, input: z.input<typeof PreviewSubsetInput>): Promise<SubsetPreview> {
  permit(ctx, 'viewer')
  const { parentId, rule } = parseInput(PreviewSubsetInput, input)
  const rows = await ctx.db.$transaction(async (tx) => {
    // A statement is about several images; every other example has the one that it is drawn by.
    const statement = await tx.example.findFirst({ where: { versionId: parentId, kind: 'statement' }, select: { id: true } })
    return !statement && isPlainSample(rule) ? previewSample(tx, parentId, rule) : previewMatching(tx, parentId, rule, statement !== null)
  }, transaction)
  const all = rows.find(({ split }) => split === null)
  const splits = rows.flatMap(({ split, ...counts }) => (split ? [{ split, ...counts }] : []))
  return { splits, examples: all?.examples ?? 0, images: all?.images ?? 0 }
}

/** One pass over the examples that the rule asks about. */
async function previewMatching(tx: Tx, parentId: string, rule: SubsetRule, hasStatements: boolean): Promise<SampleCounts[]> {
  const shown = hasStatements
    ? Prisma.sql`(select s.split, s.id, x."imageId"::text as image from sampled s join "ExampleImage" x on x."exampleId" = s.id)`
    : Prisma.sql`(select split, id, key as image from sampled)`
  await tx.$executeRaw`set local work_mem = '128MB'`
  return tx.$queryRaw<SampleCounts[]>`
    ${sampling(parentId, rule)}
    select split, count(distinct id)::int as examples, count(distinct image)::int as images
    from ${shown} as shown group by grouping sets ((split), ()) order by split`
}
