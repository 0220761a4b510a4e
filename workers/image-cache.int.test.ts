import { hash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { artifactPath, putArtifact } from '#lib/artifacts'
import { createImageCache } from './image-cache.ts'
import { createImageSource } from './image-source.ts'
import type { StoredImage } from './decode-image.ts'

const size = { shortSidePx: 60, longSidePx: 100 }
const limitBytes = 10_000_000
const images: StoredImage[] = []
let directory = ''

/** Photographs' formats: JPEG, JPEG turned by EXIF, PNG with transparency, and a small one that is enlarged. */
beforeAll(async () => {
  const noise = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 50 } } })
  const files = [
    await noise(211, 97).jpeg({ quality: 80 }).toBuffer(),
    await noise(120, 81).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    await noise(90, 130).ensureAlpha(0.4).png().toBuffer(),
    await noise(33, 21).png().toBuffer(),
  ]
  for (const bytes of files) {
    const { digest } = await putArtifact(bytes)
    images.push({ file: artifactPath(digest), digest, sizeBytes: bytes.length, location: null, widthPx: 211, heightPx: 97 })
  }
})
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'soho-image-cache-'))
})
afterEach(async () => {
  // A reader may still be writing what it has decoded.
  await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
})

const all = [0, 1, 2, 3]
const source = (list = images) => createImageSource(list, size, 32, { cache: { directory, limitBytes } })
/** Images whose bytes are gone: only what was kept can still be read. */
const gone = () => images.map((image) => ({ ...image, location: { path: '/nowhere' } }))

async function entries(): Promise<string[]> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true })
  return names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name))
}
const cached = (count: number) => vi.waitFor(async () => expect(await entries()).toHaveLength(count), { timeout: 10_000 })

test('what is kept is, to the bit, what is decoded without a cache, and the files are not opened again', async () => {
  const decoded = await createImageSource(images, size, 32).read(all)
  expect(await source().read(all)).toEqual(decoded)
  await cached(4)
  expect(await source(gone()).read(all)).toEqual(decoded)
  await expect(createImageSource(gone(), size, 32).read([2])).rejects.toThrow(/Image .* cannot be read/)
})

test('the order of a batch is the order asked for, whichever image is read first', async () => {
  const one = source()
  const [forth, back] = await Promise.all([one.read([0, 1, 2, 3]), one.read([3, 2, 1, 0])])
  expect(back.validWidths).toEqual(forth.validWidths.toReversed())
})

test('a torn or altered entry is made again', async () => {
  const decoded = await source().read(all)
  await cached(4)
  const files = await entries()
  for (const [i, file] of files.entries()) {
    const bytes = await readFile(file)
    if (i % 2 === 0) bytes[200] = (bytes[200] ?? 0) ^ 1
    await writeFile(file, i % 2 === 0 ? bytes : bytes.subarray(0, i === 1 ? 7 : 300))
  }
  expect(await source().read(all)).toEqual(decoded)
  await vi.waitFor(async () => expect(await source(gone()).read(all)).toEqual(decoded), { timeout: 10_000 })
})

test('images of another size are other images', async () => {
  await source().read(all)
  await cached(4)
  const other = createImageSource(images, { shortSidePx: 30, longSidePx: 50 }, 16, { cache: { directory, limitBytes } })
  expect(await other.read(all)).toEqual(await createImageSource(images, { shortSidePx: 30, longSidePx: 50 }, 16).read(all))
  await cached(8)
})

test('a full cache takes nothing more, and room is made at the cost of what was not used for longest', async () => {
  const image = { pixels: new Uint8Array(3 * 100), widthPx: 10, heightPx: 10 }
  const bytes = 316
  const cache = createImageCache({ directory, limitBytes: 3 * bytes }, size)
  for (const name of ['a', 'b', 'c', 'd']) await cache.write(hash('sha256', name), image)
  const holds = async () =>
    (await Promise.all(['a', 'b', 'c', 'd'].map(async (name) => ((await cache.read(hash('sha256', name))) ? name : '')))).join('')
  expect(await holds()).toBe('abc')
  const [, long] = [await entries(), 86_400 * 1000]
  for (const file of await entries()) await utimes(file, new Date(Date.now() - long), new Date(Date.now() - long))
  expect(await cache.read(hash('sha256', 'a'))).not.toBeNull()
  await createImageCache({ directory, limitBytes: 3 * bytes }, size).makeRoom(
    ['b', 'd'].map((name) => ({ digest: hash('sha256', name), sizeBytes: 300 })),
  )
  expect(await holds()).toBe('ab')
  await createImageCache({ directory, limitBytes: bytes }, size).makeRoom([])
  expect(await entries()).toHaveLength(1)
})

test('where nothing can be kept images are read all the same, with one warning', async () => {
  await writeFile(path.join(directory, 'incoming'), 'in the way')
  const warnings: string[] = []
  const broken = createImageSource(images, size, 32, { cache: { directory, limitBytes }, warn: (message) => warnings.push(message) })
  expect(await broken.read(all)).toEqual(await createImageSource(images, size, 32).read(all))
  await vi.waitFor(() => expect(warnings).toHaveLength(1))
  expect(warnings[0]).toMatch(/not kept any more/)
})
