import sharp from 'sharp'
import type { Metadata } from 'sharp'
import type { ImageRef } from '#lib/formats/record'

/** An image as it is used, with its size as displayed. */
export interface CheckedImage {
  bytes: Buffer
  mediaType: string
  widthPx: number
  heightPx: number
  warnings: { code: string; reason: string }[]
  /** What is normal and yet good to know: counted, not listed one by one. */
  traits: ImageTrait[]
}

export const imageTraits = {
  'image-grey': 'greyscale: read as RGB',
  'image-16-bit': '16 bits a channel: read as 8',
  'image-alpha': 'a transparency channel: laid on white',
  'image-rotated': 'an orientation tag: turned, and stored with the size after the turn',
} as const
export type ImageTrait = keyof typeof imageTraits

/** The bytes are no image, or none that the lab takes; the message says why. */
export class ImageFault extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

const pixelLimit = 100_000_000
const smallPixels = 256 * 256
const smallestSidePx = 32
const largestRatio = 20

/** The type by content: names lie. SVG, TIFF and the rest are no type of any format, and their decoders stay out of reach. */
export function mediaTypeOf(bytes: Uint8Array): string | null {
  const starts = (...head: number[]) => head.every((byte, i) => bytes[i] === byte)
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (starts(0x89, 0x50, 0x4e, 0x47)) return 'image/png'
  if (starts(0x47, 0x49, 0x46, 0x38)) return 'image/gif'
  if (starts(0x52, 0x49, 0x46, 0x46) && bytes[8] === 0x57 && bytes[9] === 0x45) return 'image/webp'
  return null
}

/** Decodes the whole image, so that a damaged file is found now and not in training; cuts out the part the record names. */
export async function checkImage(bytes: Buffer, crop: ImageRef['crop']): Promise<CheckedImage> {
  if (bytes.length === 0) throw new ImageFault('image-empty', 'the file has 0 bytes')
  const mediaType = mediaTypeOf(bytes)
  if (!mediaType) throw new ImageFault('image-type', whatItIs(bytes))
  const metadata = await readMetadata(bytes)
  const turned = (metadata.orientation ?? 1) >= 5
  const { width = 0, height = 0 } = metadata
  const warnings = warningsOf(metadata, crop)
  if (crop) return cut(bytes, crop, { width, height }, warnings)
  await decode(bytes, width * height)
  return { bytes, mediaType, widthPx: turned ? height : width, heightPx: turned ? width : height, warnings, traits: traitsOf(metadata) }
}

async function readMetadata(bytes: Buffer): Promise<Metadata> {
  const metadata = await sharp(bytes).metadata().catch(damaged)
  const { width = 0, height = 0 } = metadata
  if (width * height > pixelLimit) throw new ImageFault('image-size', `${width}x${height} pixels, more than ${pixelLimit}`)
  return metadata
}

function damaged(error: unknown): never {
  throw new ImageFault(
    'image-damaged',
    `it cannot be decoded: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`,
  )
}

/** Every pixel is decoded, only the faults matter: a large image is made small on the way, a small one is quicker without. */
async function decode(bytes: Buffer, pixels: number): Promise<void> {
  const image = sharp(bytes, { failOn: 'error', limitInputPixels: pixelLimit, sequentialRead: true })
  const result = pixels > smallPixels ? image.resize(16, 16, { fit: 'fill', kernel: 'nearest', fastShrinkOnLoad: true }) : image
  await result.raw().toBuffer().catch(damaged)
}

async function cut(
  bytes: Buffer,
  crop: NonNullable<ImageRef['crop']>,
  size: { width: number; height: number },
  warnings: CheckedImage['warnings'],
) {
  if (crop.left + crop.width > size.width || crop.top + crop.height > size.height)
    throw new ImageFault('image-size', `${size.width}x${size.height} pixels: too small for the part that the record names`)
  const part = await sharp(bytes, { failOn: 'error', limitInputPixels: pixelLimit })
    .extract(crop)
    .flatten({ background: '#ffffff' })
    .png({ compressionLevel: 6 })
    .toBuffer()
    .catch(damaged)
  return { bytes: part, mediaType: 'image/png', widthPx: crop.width, heightPx: crop.height, warnings, traits: [] }
}

function warningsOf({ width = 0, height = 0, space, pages = 1 }: Metadata, crop: ImageRef['crop']): CheckedImage['warnings'] {
  const warnings: CheckedImage['warnings'] = []
  const small = Math.min(width, height)
  if (small < smallestSidePx) warnings.push({ code: 'image-small', reason: `${width}x${height} pixels: a side is under ${smallestSidePx}` })
  else if (!crop && Math.max(width, height) / small > largestRatio)
    warnings.push({ code: 'image-ratio', reason: `${width}x${height} pixels: more than ${largestRatio} times as long as wide` })
  if (space === 'cmyk') warnings.push({ code: 'image-cmyk', reason: 'CMYK colours: converted to RGB when it is read' })
  if (pages > 1) warnings.push({ code: 'image-animated', reason: `${pages} frames: the first is used` })
  return warnings
}

function traitsOf({ space, depth, hasAlpha, orientation = 1 }: Metadata): ImageTrait[] {
  const has: Record<ImageTrait, boolean> = {
    'image-grey': space === 'b-w' || space === 'grey16',
    'image-16-bit': depth === 'ushort',
    'image-alpha': hasAlpha === true,
    'image-rotated': orientation > 1,
  }
  return (Object.keys(has) as ImageTrait[]).filter((trait) => has[trait])
}

function whatItIs(bytes: Buffer): string {
  const start = bytes.subarray(0, 200).toString('latin1').trimStart()
  if (/^<(!doctype|html)/i.test(start)) return 'an HTML page, not an image: the download failed'
  if (start.startsWith('version https://git-lfs')) return 'a Git LFS pointer, not the image'
  return 'not a JPEG, PNG, WebP or GIF image'
}
