import { z } from 'zod'
import { notFound } from '#lib/errors'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { findPositions } from './find-positions.ts'
import { everyImage, ImageFilter } from './image-filter.ts'

export const imagesAtOnce = 240
export const ListImagesInput = z.strictObject({
  versionId: z.uuid(),
  filter: ImageFilter.default(everyImage),
  /** How many images of the view come before the first one wanted. */
  from: z.int().min(0).max(100_000_000).default(0),
  limit: z.int().min(0).max(imagesAtOnce).default(60),
})

export interface ImageView {
  id: string
  key: string
  widthPx: number | null
  heightPx: number | null
  isMissing: boolean
}

export interface ImageList {
  images: ImageView[]
  /** Of the whole view. */
  total: number
  from: number
}

/** A part of a version's images in the order of the records, from any place of the view. Whoever has `left` does not wait for a search. */
export async function listImages(ctx: Context, input: z.input<typeof ListImagesInput>, left?: AbortSignal): Promise<ImageList> {
  permit(ctx, 'viewer')
  const { versionId, filter, from, limit } = parseInput(ListImagesInput, input)
  const known = await ctx.db.datasetVersion.count({ where: { id: versionId } })
  if (known === 0) throw notFound('The version')
  const shown = await findPositions(ctx.db, versionId, filter, left)
  // Positions are dense, so that without a filter a place in the view is a position.
  const [total, position] = shown
    ? [shown.length, { in: [...shown.subarray(from, from + limit)] }]
    : [await countImages(ctx, versionId), { gte: from, lt: from + limit }]
  const rows = await ctx.db.datasetImage.findMany({
    where: { versionId, position },
    orderBy: { position: 'asc' },
    select: { id: true, key: true, widthPx: true, heightPx: true, digest: true },
  })
  return { images: rows.map(({ digest, ...image }) => ({ ...image, isMissing: digest === null })), total, from }
}

async function countImages(ctx: Context, versionId: string): Promise<number> {
  const last = await ctx.db.datasetImage.findFirst({ where: { versionId }, orderBy: { position: 'desc' }, select: { position: true } })
  return last ? last.position + 1 : 0
}
