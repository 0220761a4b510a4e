import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'

/**
 * Writes JPEG files of 640 x 480 with the frequencies of a photograph, `0.jpg` and on.
 * @returns the mean size of a file in bytes
 */
export async function writePhotographs(folder: string, count: number): Promise<number> {
  await mkdir(folder, { recursive: true })
  let bytes = 0
  for (let i = 0; i < count; i += 1) {
    const [ground, ...over] = await Promise.all([noise(8, 70), noise(40, 60), noise(200, 40)])
    const jpeg = await sharp(ground)
      .composite(over.map((input) => ({ input, blend: 'overlay' as const })))
      .jpeg({ quality: 90 })
      .toBuffer()
    bytes += jpeg.length
    await writeFile(path.join(folder, `${i}.jpg`), jpeg)
  }
  return bytes / count
}

/** Grey noise of so many samples a row, enlarged to the photograph's size. */
function noise(widthPx: number, sigma: number): Promise<Buffer> {
  const grain = { type: 'gaussian' as const, mean: 128, sigma }
  return sharp({ create: { width: widthPx, height: Math.round(widthPx * 0.75), channels: 3, background: '#808080', noise: grain } })
    .resize(640, 480, { kernel: 'cubic', fit: 'fill' })
    .png({ compressionLevel: 0 })
    .toBuffer()
}
