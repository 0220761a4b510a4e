import sharp from 'sharp'
import type { Metadata } from 'sharp'
import type { ImageBatch, ImageSource } from '#lib/soho/contract'

/** Where an image's bytes lie. */
export interface StoredImage {
  file: string
  /** Where known, after the turn that EXIF asks for. */
  widthPx?: number
  heightPx?: number
}

export interface ImageSize {
  shortSidePx: number
  longSidePx: number
}

interface Decoded {
  pixels: Uint8Array
  widthPx: number
  heightPx: number
}

/** Images larger than this are refused before they are decoded. */
const pixelLimit = 100_000_000
/** Decoded images kept in memory. */
const cacheBytes = 512 * 1024 * 1024

/** The resize rule: the short side to its length, unless the long side would pass its maximum; the ratio stays. */
export function scaledSize(
  widthPx: number,
  heightPx: number,
  { shortSidePx, longSidePx }: ImageSize,
): { widthPx: number; heightPx: number } {
  const factor = Math.min(shortSidePx / Math.min(widthPx, heightPx), longSidePx / Math.max(widthPx, heightPx))
  return { widthPx: Math.max(1, Math.round(widthPx * factor)), heightPx: Math.max(1, Math.round(heightPx * factor)) }
}

/**
 * Reads images as padded RGB batches. Sides are padded to a multiple of `stride`, so that the feature grid covers the image.
 * @throws Error naming the file that cannot be decoded
 */
export function createImageSource(images: readonly StoredImage[], size: ImageSize, stride: number): ImageSource {
  const cache = new Map<number, Decoded>()
  let cached = 0

  async function decode(index: number): Promise<Decoded> {
    const known = cache.get(index)
    if (known) return known
    const stored = images[index]
    if (!stored) throw new Error(`no image ${index}`)
    const decoded = await decodeImage(stored, size)
    if (cached + decoded.pixels.length <= cacheBytes) {
      cache.set(index, decoded)
      cached += decoded.pixels.length
    }
    return decoded
  }

  return {
    count: images.length,
    isWide: (index) => (images[index]?.widthPx ?? 0) > (images[index]?.heightPx ?? 0),
    read: async (indexes) => assemble(await Promise.all(indexes.map(decode)), stride),
  }
}

async function decodeImage({ file }: StoredImage, size: ImageSize): Promise<Decoded> {
  try {
    const source = sharp(file, { limitInputPixels: pixelLimit, failOn: 'error', sequentialRead: true }).rotate()
    const { width, height } = orientedSize(await sharp(file, { limitInputPixels: pixelLimit }).metadata())
    const { widthPx, heightPx } = scaledSize(width, height, size)
    // Transparent parts become white, as most viewers show them.
    const flat = source.flatten({ background: '#ffffff' }).toColourspace('srgb').removeAlpha()
    const { data, info } = await flat.resize(widthPx, heightPx, { fit: 'fill' }).raw().toBuffer({ resolveWithObject: true })
    if (info.channels !== 3) throw new Error(`${info.channels} channels`)
    return { pixels: data, widthPx, heightPx }
  } catch (error) {
    throw new Error(`image ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

function orientedSize({ width = 0, height = 0, orientation = 1 }: Metadata): { width: number; height: number } {
  return orientation >= 5 ? { width: height, height: width } : { width, height }
}

function assemble(images: readonly Decoded[], stride: number): ImageBatch {
  const round = (length: number) => Math.ceil(length / stride) * stride
  const heightPx = round(Math.max(...images.map((image) => image.heightPx)))
  const widthPx = round(Math.max(...images.map((image) => image.widthPx)))
  const pixels = new Uint8Array(images.length * heightPx * widthPx * 3)
  for (const [b, image] of images.entries()) {
    for (let y = 0; y < image.heightPx; y += 1) {
      const row = image.pixels.subarray(y * image.widthPx * 3, (y + 1) * image.widthPx * 3)
      pixels.set(row, (b * heightPx + y) * widthPx * 3)
    }
  }
  return {
    pixels,
    heightPx,
    widthPx,
    validHeights: images.map((image) => image.heightPx),
    validWidths: images.map((image) => image.widthPx),
  }
}
