import { z } from 'zod'
import type { ImageRef } from '#lib/formats/record'
import { permitSystem } from '../../context.ts'
import type { Context } from '../../context.ts'
import { stagingTables } from './staging-tables.ts'
import type { NamedImage } from './staging-writer.ts'

const Ref = z.custom<ImageRef>((value) => typeof value === 'object' && value !== null && 'key' in value)

/** The images of the files that were read whole. */
export async function readStagedImages(ctx: Context, importId: string, parts: number[]): Promise<Map<string, NamedImage>> {
  permitSystem(ctx)
  const images = new Map<string, NamedImage>()
  if (parts.length === 0) return images
  const rows = await ctx.db.$queryRaw<{ key: string; ref: unknown; fileName: string; place: string }[]>`
    select key, ref, "fileName", place from ${stagingTables(importId).images} where part = any(${parts}) order by part, n`
  for (const { key, ref, fileName, place } of rows) if (!images.has(key)) images.set(key, { ref: Ref.parse(ref), fileName, place })
  return images
}

/** Boxes of images that no record names. */
export async function countStrayObjects(ctx: Context, importId: string): Promise<number> {
  permitSystem(ctx)
  const { objects, images } = stagingTables(importId)
  const [found] = await ctx.db.$queryRaw<{ count: number }[]>`
    select count(*)::int as count from ${objects} o where not exists (select 1 from ${images} i where i.key = o."imageKey")`
  return found?.count ?? 0
}
