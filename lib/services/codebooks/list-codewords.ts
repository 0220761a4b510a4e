import { z } from 'zod'
import type { Db } from '#lib/db'
import { Prisma } from '#lib/generated/prisma/client'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { getCodebookRun, readyStageId } from './codebook-run.ts'
import { imagesAtMost, toPatch } from './codeword-tokens.ts'
import type { CodewordPatch, TokenRow } from './codeword-tokens.ts'

export const codewordSorts = ['usage', 'purity', 'code', 'distance'] as const
export const codewordFilters = ['all', 'used', 'dead'] as const

export const ListCodewordsInput = z.strictObject({
  runId: z.string().max(100),
  /** `usage` and `purity`: the largest first; `distance` (mean) and `code`: the smallest first. */
  sort: z.enum(codewordSorts).default('usage'),
  filter: z.enum(codewordFilters).default('all'),
  /** What purity is sorted by. */
  attribute: z.string().max(100).default('category'),
  patches: z.int().min(0).max(20).default(8),
  limit: z.int().min(1).max(200).default(48),
  /** Codewords to pass over. */
  cursor: z.int().min(0).max(65_536).default(0),
})
export type ListCodewordsInput = z.input<typeof ListCodewordsInput>

export interface CodewordListItem {
  code: number
  tokenCount: number
  usage: number
  imageCount: number
  meanDistance: number | null
  /** By attribute; null where no labelled object is known. */
  purity: Record<string, number> | null
  /** The nearest ones. */
  patches: CodewordPatch[]
}
export interface CodewordList {
  codewords: CodewordListItem[]
  total: number
  nextCursor: number | null
}

/** Codewords of a run with their nearest patches. Of a very large image collection the nearest of a sample of its images. */
export async function listCodewords(ctx: Context, input: ListCodewordsInput): Promise<CodewordList> {
  permit(ctx, 'viewer')
  const { runId, sort, filter, attribute, patches, limit, cursor } = parseInput(ListCodewordsInput, input)
  const found = await getCodebookRun(ctx.db, runId)
  const stageId = readyStageId(found)
  const isWanted = { all: Prisma.sql`true`, used: Prisma.sql`"tokenCount" > 0`, dead: Prisma.sql`"tokenCount" = 0` }[filter]
  const order = {
    usage: Prisma.sql`"tokenCount" desc`,
    purity: Prisma.sql`(purity ->> ${attribute})::float8 desc nulls last`,
    code: Prisma.sql`code`,
    distance: Prisma.sql`"meanDistance" nulls last`,
  }[sort]
  const rows = await ctx.db.$queryRaw<(Omit<CodewordListItem, 'patches'> & { total: number })[]>`
    select code, "tokenCount", usage, "imageCount", "meanDistance", purity, (count(*) over ())::int as total
    from "Codeword"
    where "stageId" = ${stageId}::uuid and ${isWanted}
    order by ${order}, code
    offset ${cursor} limit ${limit}`
  const total = rows[0]?.total ?? 0
  const used = rows.filter(({ tokenCount }) => tokenCount > 0).map(({ code }) => code)
  const nearest = patches > 0 && used.length > 0 ? await nearestTokens(ctx.db, stageId, used, patches) : []
  const codewords = rows.map(({ total: _, ...row }) => ({
    ...row,
    patches: nearest.filter(({ code }) => code === row.code).map((token) => toPatch(found.configuration, token)),
  }))
  return { codewords, total, nextCursor: cursor + rows.length < total ? cursor + rows.length : null }
}

/** One pass over the index maps for all wanted codewords. */
async function nearestTokens(db: Db, stageId: string, codes: number[], count: number): Promise<TokenRow[]> {
  return db.$queryRaw<TokenRow[]>`
    select token.*, image."widthPx", image."heightPx"
    from (
      select t.code, map."imageId", map."gridHeight", map."gridWidth", (t.place - 1)::int as cell, t.distance,
        row_number() over (partition by t.code order by t.distance, map."imageId", t.place) as rank
      from (
        select * from "IndexMap" where "stageId" = ${stageId}::uuid order by md5("imageId"::text) limit ${imagesAtMost}
      ) map, unnest(map.codes, map.distances) with ordinality as t(code, distance, place)
      where t.code = any(${codes}::int[])
    ) token
    join "DatasetImage" image on image.id = token."imageId"
    where rank <= ${count}
    order by code, rank`
}
