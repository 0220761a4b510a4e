import sharp from 'sharp'
import { z } from 'zod'
import { invalid, notFound } from '#lib/errors'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseLocation } from '../datasets/image-location.ts'
import { openImage } from '../datasets/open-image.ts'
import { parseInput } from '../parse-input.ts'

const Pixels = z.number().min(0).max(100_000)
export const GetPatchInput = z.strictObject({ imageId: z.uuid(), x: Pixels, y: Pixels, width: Pixels, height: Pixels })
export type GetPatchInput = z.infer<typeof GetPatchInput>

/** Longer sides are scaled down: a gallery shows patches at 96 pixels at most, twice as many on a dense screen. */
const longestSidePx = 192
const pixelLimit = 100_000_000

/** Cuts a rectangle out of a stored image. Small ones keep their pixels exactly. */
export async function getPatch(ctx: Context, input: GetPatchInput): Promise<{ bytes: Uint8Array<ArrayBuffer>; mediaType: string }> {
  permit(ctx, 'viewer')
  const { imageId, ...box } = parseInput(GetPatchInput, input)
  const select = { digest: true, sizeBytes: true, location: true, widthPx: true, heightPx: true }
  const image = await ctx.db.datasetImage.findUnique({ where: { id: imageId }, select })
  if (!image?.digest) throw notFound('The image')
  const left = Math.floor(box.x)
  const top = Math.floor(box.y)
  const width = Math.min(Math.ceil(box.x + box.width), image.widthPx ?? 0) - left
  const height = Math.min(Math.ceil(box.y + box.height), image.heightPx ?? 0) - top
  if (width < 1 || height < 1) throw invalid('The patch lies outside the image.')
  const stored = await openImage({ digest: image.digest, sizeBytes: image.sizeBytes, location: parseLocation(image.location) })
  const cut = sharp(stored, { limitInputPixels: pixelLimit }).rotate().extract({ left, top, width, height })
  const isSmall = Math.max(width, height) <= longestSidePx
  const bytes = isSmall
    ? await cut.png({ compressionLevel: 6 }).toBuffer()
    : await cut.resize(longestSidePx, longestSidePx, { fit: 'inside' }).webp({ quality: 85 }).toBuffer()
  return { bytes: new Uint8Array(bytes), mediaType: isSmall ? 'image/png' : 'image/webp' }
}
