import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import type { Metadata } from 'sharp'
import { LabError } from '#lib/errors'
import { openImage, type ImagePlace } from '#lib/services/datasets/open-image'

/** Where an image's bytes lie: with a digest it is read through `openImage`, else it is a plain file. */
export interface StoredImage extends Partial<ImagePlace> {
  file: string
  /** Where known, after the turn that EXIF asks for. */
  widthPx?: number
  heightPx?: number
}

export interface ImageSize {
  shortSidePx: number
  longSidePx: number
}

/** Rows of RGB bytes, without padding. */
export interface Decoded {
  pixels: Uint8Array
  widthPx: number
  heightPx: number
}

/** By hand, when the code below gives other pixels for the same bytes. */
const decodingVersion = 1
/** What pixels depend on beside bytes and size: decoded images of another recipe are not used. */
export const decodingRecipe = `${decodingVersion} ${sharp.versions.sharp} ${sharp.versions.vips}`

/** Images larger than this are refused before they are decoded. */
const pixelLimit = 100_000_000

/** The resize rule: the short side to its length, unless the long side would pass its maximum; the ratio stays. */
export function scaledSize(
  widthPx: number,
  heightPx: number,
  { shortSidePx, longSidePx }: ImageSize,
): { widthPx: number; heightPx: number } {
  const factor = Math.min(shortSidePx / Math.min(widthPx, heightPx), longSidePx / Math.max(widthPx, heightPx))
  return { widthPx: Math.max(1, Math.round(widthPx * factor)), heightPx: Math.max(1, Math.round(heightPx * factor)) }
}

/** The bytes, as they were imported; a missing or changed file is an error that names it. */
async function readStored({ file, digest, sizeBytes = null, location = null }: StoredImage): Promise<Buffer> {
  return digest === undefined ? readFile(file) : openImage({ digest, sizeBytes, location })
}

/** @throws LabError when the image is lost or altered; Error naming the file that cannot be decoded */
export async function decodeImage(stored: StoredImage, size: ImageSize): Promise<Decoded> {
  const { file } = stored
  try {
    const bytes = await readStored(stored)
    const source = sharp(bytes, { limitInputPixels: pixelLimit, failOn: 'error', sequentialRead: true }).rotate()
    const { width, height } = orientedSize(await sharp(bytes, { limitInputPixels: pixelLimit }).metadata())
    const { widthPx, heightPx } = scaledSize(width, height, size)
    // Transparent parts become white, as most viewers show them.
    const flat = source.flatten({ background: '#ffffff' }).toColourspace('srgb').removeAlpha()
    const { data, info } = await flat.resize(widthPx, heightPx, { fit: 'fill' }).raw().toBuffer({ resolveWithObject: true })
    if (info.channels !== 3) throw new Error(`${info.channels} channels`)
    return { pixels: data, widthPx, heightPx }
  } catch (error) {
    // It names the image, and says what to do.
    if (error instanceof LabError) throw error
    throw new Error(`image ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

function orientedSize({ width = 0, height = 0, orientation = 1 }: Metadata): { width: number; height: number } {
  return orientation >= 5 ? { width: height, height: width } : { width, height }
}
