import type { ImageBatch, ImageSource } from '#lib/soho/contract'
import type { ImageCacheOptions } from './image-cache.ts'
import { createImageReader } from './image-reader.ts'
import type { Decoded, ImageSize, StoredImage } from './decode-image.ts'

/** Decoded images kept in memory. */
const heldBytes = 512 * 1024 * 1024

export interface ImageSourceOptions {
  /** Keeps decoded images on disk too; null: not. */
  cache?: ImageCacheOptions | null
  warn?: (message: string) => void
}

/**
 * Reads images as padded RGB batches. Sides are padded to a multiple of `stride`, so that the feature grid covers the image.
 * @throws LabError when an image is lost or altered; Error naming the file that cannot be decoded
 */
export function createImageSource(
  images: readonly StoredImage[],
  size: ImageSize,
  stride: number,
  { cache = null, warn = () => undefined }: ImageSourceOptions = {},
): ImageSource {
  const readImage = createImageReader({ images, size, cache }, warn)
  const held = new Map<number, Decoded>()
  let bytes = 0

  async function read(index: number): Promise<Decoded> {
    const known = held.get(index)
    if (known) return known
    const decoded = await readImage(index)
    if (!held.has(index) && bytes + decoded.pixels.length <= heldBytes) {
      held.set(index, decoded)
      bytes += decoded.pixels.length
    }
    return decoded
  }

  return {
    count: images.length,
    isWide: (index) => (images[index]?.widthPx ?? 0) > (images[index]?.heightPx ?? 0),
    read: async (indexes) => assemble(await Promise.all(indexes.map(read)), stride),
  }
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
