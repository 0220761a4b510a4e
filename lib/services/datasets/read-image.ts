import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import sharp from 'sharp'
import { z } from 'zod'
import { env } from '#lib/env'
import { notFound } from '#lib/errors'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { parseLocation } from './image-location.ts'
import { openImage, type ImagePlace } from './open-image.ts'

/** Media types that an import stores; an image route answers with no other. */
export const imageMediaTypes = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'] as const
export type ImageMediaType = (typeof imageMediaTypes)[number]

export const thumbnailSizes = [96, 192] as const
export const ReadImageInput = z.strictObject({ id: z.uuid(), thumbnailSizePx: z.literal(thumbnailSizes).nullable() })

export interface ImageFile {
  bytes: Buffer<ArrayBuffer>
  mediaType: ImageMediaType
  /** Names these bytes for ever. */
  etag: string
}

/** The digest of an image is enough for a conditional request. */
export async function findImageEtag(ctx: Context, input: z.input<typeof ReadImageInput>): Promise<string> {
  const { place, size } = await locate(ctx, input)
  return etagOf(place.digest, size)
}

/** The stored bytes, or a thumbnail of them that is made once and kept on disk. */
export async function readImage(ctx: Context, input: z.input<typeof ReadImageInput>): Promise<ImageFile> {
  const { place, mediaType, size } = await locate(ctx, input)
  const etag = etagOf(place.digest, size)
  if (size === null) return { bytes: await openImage(place), mediaType, etag }
  return { bytes: await readThumbnail(ctx, place, mediaType, size), mediaType: 'image/webp', etag }
}

const etagOf = (digest: string, size: number | null) => `"${digest.slice(0, 32)}${size === null ? '' : `-${size}`}"`

async function locate(ctx: Context, input: z.input<typeof ReadImageInput>) {
  permit(ctx, 'viewer')
  const { id, thumbnailSizePx } = parseInput(ReadImageInput, input)
  const select = { digest: true, mediaType: true, sizeBytes: true, location: true }
  const image = await ctx.db.datasetImage.findUnique({ where: { id }, select })
  const mediaType = imageMediaTypes.find((known) => known === image?.mediaType)
  if (!image?.digest || !mediaType) throw notFound('The image')
  const { digest, sizeBytes, location } = image
  return { place: { digest, sizeBytes, location: parseLocation(location) }, mediaType, size: thumbnailSizePx }
}

/** A cache: losing it costs time only. Images of the same bytes share it. */
async function readThumbnail(ctx: Context, place: ImagePlace, mediaType: ImageMediaType, size: number): Promise<Buffer<ArrayBuffer>> {
  const { digest } = place
  const folder = path.join(env().dataDir, 'thumbnails', digest.slice(0, 2))
  const file = path.join(folder, `${digest}-${size}.webp`)
  const cached = await readFile(file).catch(() => null)
  if (cached) return Buffer.from(cached)
  const made = Buffer.from(await makeThumbnail(await openImage(place), mediaType, size))
  const temporary = `${file}.${randomUUID()}`
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(temporary, made)
    await rename(temporary, file)
  } catch (error) {
    ctx.log.warn({ err: error }, 'a thumbnail could not be kept')
    await rm(temporary, { force: true })
  }
  return made
}

/**
 * As displayed: turned by its EXIF tag, on white, never enlarged (a small image keeps its pixels). A photograph is stored as one; drawings keep
 * their edges, with the least effort: any more takes ten times as long for a fifth of the bytes.
 */
function makeThumbnail(bytes: Buffer, mediaType: ImageMediaType, size: number): Promise<Buffer> {
  return sharp(bytes, { limitInputPixels: 100_000_000 })
    .rotate()
    .flatten({ background: '#ffffff' })
    .resize(size, size, { fit: 'inside', withoutEnlargement: true })
    .webp(mediaType === 'image/jpeg' ? { quality: 86, effort: 2 } : { quality: 86, nearLossless: true, effort: 0 })
    .toBuffer()
}
