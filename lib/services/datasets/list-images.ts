import { z } from 'zod'
import type { Prisma } from '#lib/generated/prisma/client'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'

export const ListImagesInput = z.strictObject({
  versionId: z.uuid(),
  /** Words that a text of the image contains. */
  search: z.string().trim().max(200).default(''),
  split: z.enum(['train', 'restval', 'val', 'test']).optional(),
  page: z.int().min(1).max(1_000_000).default(1),
  limit: z.int().min(1).max(200).default(60),
})

export interface ImageView {
  id: string
  key: string
  fileName: string
  widthPx: number | null
  heightPx: number | null
  isMissing: boolean
}

/** A page of a version's images in the order of the records. */
export async function listImages(ctx: Context, input: z.input<typeof ListImagesInput>): Promise<{ images: ImageView[]; total: number }> {
  permit(ctx, 'viewer')
  const { versionId, search, split, page, limit } = parseInput(ListImagesInput, input)
  const example = {
    ...(search ? { text: { contains: literal(search), mode: 'insensitive' as const } } : {}),
    ...(split ? { split } : {}),
  }
  const shown = search || split ? { examples: { some: { example } } } : {}
  const where: Prisma.DatasetImageWhereInput = { versionId, ...shown }
  const [total, rows] = await Promise.all([
    ctx.db.datasetImage.count({ where }),
    ctx.db.datasetImage.findMany({
      where,
      orderBy: { position: 'asc' },
      skip: (page - 1) * limit,
      take: limit,
      select: { id: true, key: true, fileName: true, widthPx: true, heightPx: true, digest: true },
    }),
  ])
  return { images: rows.map(({ digest, ...image }) => ({ ...image, isMissing: digest === null })), total }
}

/** ILIKE's wildcards in what a person typed are plain characters. */
const literal = (text: string) => text.replaceAll(/[\\%_]/g, '\\$&')
