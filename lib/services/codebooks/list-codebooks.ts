import { z } from 'zod'
import type { Db } from '#lib/db'
import { Configuration } from '#lib/soho/config'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { writeFactors } from './codebook-run.ts'

export const ListCodebooksInput = z.strictObject({ limit: z.int().min(1).max(200).default(50), cursor: z.uuid().optional() })
export type ListCodebooksInput = z.input<typeof ListCodebooksInput>

/** A visual dictionary; runs that share their pre-training share it, and the newest of them stands for all. */
export interface CodebookListItem {
  stageId: string
  runId: string
  ablation: { id: string; name: string }
  seed: number
  factors: { label: string; value: string }[]
  runCount: number
  size: number
  usedCount: number
  perplexity: number | null
  purity: { attribute: string; value: number; shuffled: number | null }[]
  finishedAt: Date | null
}

/** Dictionaries of finished pre-trainings, the newest first. */
export async function listCodebooks(
  ctx: Context,
  input: ListCodebooksInput,
): Promise<{ codebooks: CodebookListItem[]; nextCursor: string | null }> {
  permit(ctx, 'viewer')
  const { limit, cursor } = parseInput(ListCodebooksInput, input)
  const found = await ctx.db.stage.findMany({
    where: { kind: 'pretrain', status: 'succeeded', codewords: { some: {} }, runs: { some: {} } },
    orderBy: [{ finishedAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
    ...(cursor ? { cursor: { id: cursor }, skip: 1 } : {}),
    select: {
      id: true,
      finishedAt: true,
      configuration: true,
      evaluations: { where: { split: 'val' }, select: { scores: { where: { name: { startsWith: 'codebook.' } } } } },
      _count: { select: { runs: true } },
      runs: {
        orderBy: { runId: 'desc' },
        take: 1,
        select: { run: { select: { id: true, seed: true, factorValues: true, ablation: { select: { id: true, name: true } } } } },
      },
    },
  })
  const shown = found.slice(0, limit)
  const used = await countUsed(
    ctx.db,
    shown.map(({ id }) => id),
  )
  const codebooks = shown.flatMap(({ id, finishedAt, configuration, evaluations, runs, _count }): CodebookListItem[] => {
    const run = runs[0]?.run
    if (!run) return []
    const scores = new Map(evaluations[0]?.scores.map(({ name, value }) => [name, value]))
    return [
      {
        stageId: id,
        runId: run.id,
        ablation: run.ablation,
        seed: run.seed,
        factors: writeFactors(run.factorValues),
        runCount: _count.runs,
        size: Configuration.parse(configuration).dictionary.size,
        usedCount: used.get(id) ?? 0,
        perplexity: scores.get('codebook.perplexity') ?? null,
        purity: readPurity(scores),
        finishedAt,
      },
    ]
  })
  return { codebooks, nextCursor: found.length > limit ? (shown.at(-1)?.id ?? null) : null }
}

async function countUsed(db: Db, stageIds: string[]): Promise<Map<string, number>> {
  const counts = await db.codeword.groupBy({
    by: ['stageId'],
    where: { stageId: { in: stageIds }, tokenCount: { gt: 0 } },
    _count: true,
  })
  return new Map(counts.map(({ stageId, _count }) => [stageId, _count]))
}

const purityName = /^codebook\.purity\.(.+?)(\.shuffled)?$/

/** Purity by attribute, the category first, beside what the same assignments are worth when dealt out by chance. */
export function readPurity(scores: ReadonlyMap<string, number | null>): CodebookListItem['purity'] {
  return [...scores]
    .flatMap(([name, value]) => {
      const [, attribute, isShuffled] = purityName.exec(name) ?? []
      if (!attribute || isShuffled || value === null) return []
      return [{ attribute, value, shuffled: scores.get(`${name}.shuffled`) ?? null }]
    })
    .toSorted((a, b) => Number(b.attribute === 'category') - Number(a.attribute === 'category') || a.attribute.localeCompare(b.attribute))
}
