import { z } from 'zod'
import type { Db } from '#lib/db'
import { notFound } from '#lib/errors'
import { Prisma } from '#lib/generated/prisma/client'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { getCodebookRun, readyStageId } from './codebook-run.ts'
import type { CodebookRun } from './codebook-run.ts'
import { tokensOf, toPatch } from './codeword-tokens.ts'
import type { CodewordPatch, TokenRow } from './codeword-tokens.ts'
import { countLabels } from './count-labels.ts'
import type { LabelCounts } from './count-labels.ts'

export const patchOrders = ['nearest', 'typical', 'borderline', 'random'] as const
export type PatchOrder = (typeof patchOrders)[number]

export const GetCodewordInput = z.strictObject({
  runId: z.string().max(100),
  code: z.int().min(0).max(65_535),
  /** `nearest` to the codeword; `typical`: nearest to its median distance; `borderline`: the farthest that it still takes; `random`: the same every time. */
  order: z.enum(patchOrders).default('nearest'),
  limit: z.int().min(1).max(200).default(60),
  /** Patches to pass over. */
  cursor: z.int().min(0).default(0),
})
export type GetCodewordInput = z.input<typeof GetCodewordInput>

export interface CodewordDetail extends Pick<CodebookRun, 'run' | 'factors' | 'size'> {
  stageId: string
  code: number
  tokenCount: number
  usage: number
  imageCount: number
  /** By usage, from 1; equals share the order of their codes. */
  rank: number
  usedCount: number
  /** Neighbours by usage. */
  previous: number | null
  next: number | null
  distances: { mean: number; minimum: number; median: number; maximum: number } | null
  purity: Record<string, number> | null
  /** What its tokens show, where boxes are known. */
  labels: LabelCounts | null
  patches: CodewordPatch[]
  /** Tokens that `patches` is cut from; fewer than `tokenCount` where only a sample of the images was read. */
  patchTotal: number
  nextCursor: number | null
}

/** One codeword with the patches it collects. */
export async function getCodeword(ctx: Context, input: GetCodewordInput): Promise<CodewordDetail> {
  permit(ctx, 'viewer')
  const { runId, code, order, limit, cursor } = parseInput(GetCodewordInput, input)
  const found = await getCodebookRun(ctx.db, runId)
  const stageId = readyStageId(found)
  const codeword = await ctx.db.codeword.findUnique({ where: { stageId_code: { stageId, code } } })
  if (!codeword) throw notFound(`Codeword ${code}`)
  const [place, spread, labels] = await Promise.all([
    readRank(ctx.db, stageId, code),
    readDistances(ctx.db, stageId, code),
    countLabels(ctx.db, stageId, code, found.configuration),
  ])
  const tokens = spread ? await readTokens(ctx.db, { stageId, code, order, median: spread.median, limit, cursor }) : []
  const patchTotal = spread?.count ?? 0
  return {
    run: found.run,
    factors: found.factors,
    size: found.size,
    stageId,
    code,
    tokenCount: codeword.tokenCount,
    usage: codeword.usage,
    imageCount: codeword.imageCount,
    ...place,
    distances: spread ? { mean: spread.mean, minimum: spread.minimum, median: spread.median, maximum: spread.maximum } : null,
    purity: codeword.purity as Record<string, number> | null,
    labels,
    patches: tokens.map((token) => toPatch(found.configuration, token)),
    patchTotal,
    nextCursor: cursor + tokens.length < patchTotal ? cursor + tokens.length : null,
  }
}

interface Place {
  rank: number
  usedCount: number
  previous: number | null
  next: number | null
}

async function readRank(db: Db, stageId: string, code: number): Promise<Place> {
  const [place] = await db.$queryRaw<Place[]>`
    select rank, "usedCount", previous, next
    from (
      select code, (row_number() over by_usage)::int as rank, lag(code) over by_usage as previous, lead(code) over by_usage as next,
        (count(*) filter (where "tokenCount" > 0) over ())::int as "usedCount"
      from "Codeword" where "stageId" = ${stageId}::uuid
      window by_usage as (order by "tokenCount" desc, code)
    ) ranked
    where code = ${code}`
  return place ?? { rank: 0, usedCount: 0, previous: null, next: null }
}

interface Spread {
  count: number
  mean: number
  minimum: number
  median: number
  maximum: number
}

async function readDistances(db: Db, stageId: string, code: number): Promise<Spread | null> {
  const [spread] = await db.$queryRaw<Spread[]>`
    select count(*)::int as count, avg(distance) as mean, min(distance) as minimum, max(distance) as maximum,
      percentile_cont(0.5) within group (order by distance) as median
    from (${tokensOf(stageId, code)}) token`
  return spread && spread.count > 0 ? spread : null
}

interface TokenChoice {
  stageId: string
  code: number
  order: PatchOrder
  median: number
  limit: number
  cursor: number
}

async function readTokens(db: Db, { stageId, code, order, median, limit, cursor }: TokenChoice): Promise<TokenRow[]> {
  const by = {
    nearest: Prisma.sql`distance`,
    typical: Prisma.sql`abs(distance - ${median})`,
    borderline: Prisma.sql`distance desc`,
    random: Prisma.sql`md5("imageId"::text || '/' || cell)`,
  }[order]
  return db.$queryRaw<TokenRow[]>`
    select token.*, image."widthPx", image."heightPx"
    from (
      select *, row_number() over (order by ${by}, "imageId", cell) as place from (${tokensOf(stageId, code)}) own
      order by place offset ${cursor} limit ${limit}
    ) token
    join "DatasetImage" image on image.id = token."imageId"
    order by place`
}
