import { z } from 'zod'
import type { Db } from '#lib/db'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { getCodebookRun } from './codebook-run.ts'
import type { CodebookRun } from './codebook-run.ts'
import { readPurity } from './list-codebooks.ts'
import type { CodebookListItem } from './list-codebooks.ts'

export const GetCodebookInput = z.strictObject({ runId: z.string().max(100) })
export type GetCodebookInput = z.infer<typeof GetCodebookInput>

export interface CodebookDetail extends Omit<CodebookRun, 'configuration'> {
  usedCount: number
  deadCount: number
  tokenCount: number
  imageCount: number
  perplexity: number | null
  purity: CodebookListItem['purity']
  /** Masked vision modelling on `val`, beside always answering the most frequent codeword. */
  mvm: { accuracy: number; mostFrequent: number | null } | null
  /** Tokens of each codeword, by code. */
  tokenCounts: number[]
  /** Over pre-training, also while it runs. */
  series: { name: 'perplexity' | 'used'; points: [step: number, value: number][] }[]
}

/** One run's visual dictionary as a whole. A run without one, or not yet with one, says so in `state`. */
export async function getCodebook(ctx: Context, input: GetCodebookInput): Promise<CodebookDetail> {
  permit(ctx, 'viewer')
  const { configuration: _, ...found } = await getCodebookRun(ctx.db, parseInput(GetCodebookInput, input).runId)
  const stageId = found.state === 'off' ? null : (found.stage?.id ?? null)
  const isReady = found.state === 'ready'
  const [codewords, imageCount, scores, series] = await Promise.all([
    stageId && isReady
      ? ctx.db.codeword.findMany({ where: { stageId }, orderBy: { code: 'asc' }, select: { tokenCount: true } })
      : Promise.resolve([]),
    stageId && isReady ? ctx.db.indexMap.count({ where: { stageId } }) : 0,
    stageId ? readScores(ctx.db, stageId) : new Map<string, number | null>(),
    stageId ? readSeries(ctx.db, stageId) : [],
  ])
  const tokenCounts = codewords.map(({ tokenCount }) => tokenCount)
  const usedCount = tokenCounts.filter((count) => count > 0).length
  const accuracy = scores.get('accuracy.mvm') ?? null
  return {
    ...found,
    usedCount,
    deadCount: tokenCounts.length - usedCount,
    tokenCount: tokenCounts.reduce((a, b) => a + b, 0),
    imageCount,
    perplexity: scores.get('codebook.perplexity') ?? null,
    purity: readPurity(scores),
    mvm: accuracy === null ? null : { accuracy, mostFrequent: scores.get('mvm.mostFrequent') ?? null },
    tokenCounts,
    series,
  }
}

async function readScores(db: Db, stageId: string): Promise<Map<string, number | null>> {
  const scores = await db.score.findMany({ where: { evaluation: { stageId, split: 'val' } }, select: { name: true, value: true } })
  return new Map(scores.map(({ name, value }) => [name, value]))
}

/** Points drawn for each series. */
const pointsAtMost = 400

async function readSeries(db: Db, stageId: string): Promise<CodebookDetail['series']> {
  const points = await db.$queryRaw<{ name: string; step: number; value: number }[]>`
    select name, step, value
    from (
      select name, step, value, row_number() over (partition by name order by step) as place, count(*) over (partition by name) as total
      from "MetricPoint"
      where "stageId" = ${stageId}::uuid and name in ('codebook.perplexity', 'codebook.used')
    ) numbered
    where place = 1 or place = total or place % greatest(1, ceil(total / ${pointsAtMost}::float8))::int = 0
    order by name, step`
  return (['perplexity', 'used'] as const).map((name) => ({
    name,
    points: points.filter((point) => point.name === `codebook.${name}`).map(({ step, value }): [number, number] => [step, value]),
  }))
}
