import sharp from 'sharp'

/** What an image looks like: 64 differences between neighbours in a row, and 64 between neighbours in a column. */
export interface ImageHash {
  rowHash: bigint
  columnHash: bigint
}

/** Divisible by 8 and 9, so that both small pictures are means of whole blocks. */
const sidePx = 72
const pixelLimit = 100_000_000

/**
 * Difference hashes of the image as displayed, on white. JPEG is decoded at a fraction of its size where that is enough.
 * @throws when the bytes cannot be decoded
 */
export async function hashImage(bytes: Buffer): Promise<ImageHash> {
  const rgb = await sharp(bytes, { limitInputPixels: pixelLimit, failOn: 'error', sequentialRead: true })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .resize(sidePx, sidePx, { fit: 'fill' })
    .toColourspace('srgb')
    .raw()
    .toBuffer()
  return hashPixels(greyOf(rgb))
}

/** ITU-R BT.601, as JPEG has it. The library's own conversion passes through linear light, which takes longer than the shrinking. */
function greyOf(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3)
  for (let i = 0; i < grey.length; i += 1) {
    const [red, green, blue] = [rgb[3 * i] as number, rgb[3 * i + 1] as number, rgb[3 * i + 2] as number]
    grey[i] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue)
  }
  return grey
}

/** @param pixels 72 x 72 grey values, row by row */
function hashPixels(pixels: Uint8Array): ImageHash {
  if (pixels.length !== sidePx * sidePx) throw new Error(`${pixels.length} grey values`)
  const wide = blockSums(pixels, 9, 8)
  const tall = blockSums(pixels, 8, 9)
  let rowHash = 0n
  let columnHash = 0n
  for (let y = 0; y < 8; y += 1) {
    for (let x = 0; x < 8; x += 1) {
      rowHash = (rowHash << 1n) | (isLess(wide, y * 9 + x, y * 9 + x + 1) ? 1n : 0n)
      columnHash = (columnHash << 1n) | (isLess(tall, y * 8 + x, (y + 1) * 8 + x) ? 1n : 0n)
    }
  }
  return { rowHash: BigInt.asIntN(64, rowHash), columnHash: BigInt.asIntN(64, columnHash) }
}

/** By more than one grey value in the mean: plain areas give no bits, whatever noise the storing left in them. */
const isLess = (sums: Float64Array, a: number, b: number) => (sums[a] as number) + sidePx < (sums[b] as number)

function blockSums(pixels: Uint8Array, columns: number, rows: number): Float64Array {
  const sums = new Float64Array(columns * rows)
  for (let y = 0; y < sidePx; y += 1) {
    const row = Math.floor((y * rows) / sidePx) * columns
    for (let x = 0; x < sidePx; x += 1) {
      const block = row + Math.floor((x * columns) / sidePx)
      sums[block] = (sums[block] as number) + (pixels[y * sidePx + x] as number)
    }
  }
  return sums
}
