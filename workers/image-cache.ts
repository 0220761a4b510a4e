import { hash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import { decodingRecipe } from './decode-image.ts'
import type { Decoded, ImageSize } from './decode-image.ts'

/** Where decoded images are kept, and how many bytes of them. */
export interface ImageCacheOptions {
  directory: string
  limitBytes: number
}

/** Decoded, resized images on disk, one file each, shared by all trainers of a data directory. Losing it costs time, nothing else. */
export interface ImageCache {
  /** Null where there is none, or a damaged one. */
  read(digest: string): Promise<Decoded | null>
  /** Keeps an image if there is room. */
  write(digest: string, image: Decoded): Promise<void>
  /** Makes room for these images at the cost of those that have not been used for longest. */
  makeRoom(images: readonly { digest: string; sizeBytes: number }[]): Promise<void>
}

const magic = 0x534f_484f
/** Magic, width, height, checksum: 32 bits each. */
const headerBytes = 16
const incoming = 'incoming'
/** A use is noted at most this often. */
const noteEveryMs = 3_600_000
/** What others add meanwhile is noticed after so large a share of the limit. */
const recountShare = 0.05

/** @param size the resize rule, part of every name */
export function createImageCache({ directory, limitBytes }: ImageCacheOptions, size: ImageSize): ImageCache {
  const recipe = `${decodingRecipe} ${size.shortSidePx} ${size.longSidePx}`
  const nameOf = (digest: string) => hash('sha256', `${recipe} ${digest}`)
  const fileOf = (name: string) => path.join(directory, name.slice(0, 2), name)
  let held = 0
  let recountAt = 0

  async function count(): Promise<Entry[]> {
    const entries = await listEntries(directory)
    held = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    recountAt = held + recountShare * limitBytes
    return entries
  }

  return {
    async read(digest) {
      const file = fileOf(nameOf(digest))
      const bytes = await readFile(file).catch(() => null)
      if (bytes === null) return null
      const image = decodeEntry(bytes)
      if (image === null) await rm(file, { force: true })
      else await noteUse(file)
      return image
    },
    async write(digest, image) {
      const bytes = encodeEntry(image)
      if (recountAt === 0 || held + bytes.length > recountAt) await count()
      if (held + bytes.length > limitBytes) return
      const file = fileOf(nameOf(digest))
      const temporary = path.join(directory, incoming, randomUUID())
      await mkdir(path.dirname(file), { recursive: true })
      await mkdir(path.dirname(temporary), { recursive: true })
      try {
        await writeFile(temporary, bytes)
        await rename(temporary, file)
      } finally {
        await rm(temporary, { force: true })
      }
      held += bytes.length
    },
    async makeRoom(images) {
      const own = new Map(images.map(({ digest, sizeBytes }) => [nameOf(digest), sizeBytes + headerBytes]))
      await removeAbandoned(path.join(directory, incoming))
      const entries = await count()
      for (const { name } of entries) own.delete(name)
      const wanted = [...own.values()].reduce((sum, bytes) => sum + bytes, 0)
      const names = new Set(images.map(({ digest }) => nameOf(digest)))
      const others = entries.filter(({ name }) => !names.has(name)).sort((a, b) => a.usedAt - b.usedAt)
      // Above the limit (it has been lowered) own ones go too, last.
      const order = [...others, ...(held > limitBytes ? entries.filter(({ name }) => names.has(name)) : [])]
      for (const [i, { name, sizeBytes }] of order.entries()) {
        const isEnough = held <= limitBytes && (i >= others.length || held + wanted <= limitBytes)
        if (isEnough) break
        await rm(fileOf(name), { force: true })
        held -= sizeBytes
      }
    },
  }
}

interface Entry {
  name: string
  sizeBytes: number
  usedAt: number
}

async function listEntries(directory: string): Promise<Entry[]> {
  const entries: Entry[] = []
  for (const folder of await readdir(directory).catch(() => [])) {
    if (folder === incoming) continue
    const names = await readdir(path.join(directory, folder)).catch(() => [])
    const found = names.map(async (name): Promise<Entry[]> => {
      const known = await stat(path.join(directory, folder, name)).catch(() => null)
      return known ? [{ name, sizeBytes: known.size, usedAt: known.mtimeMs }] : []
    })
    entries.push(...(await Promise.all(found)).flat())
  }
  return entries
}

/** What a killed trainer was writing. */
async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    const file = path.join(directory, name)
    const known = await stat(file).catch(() => null)
    if (known && Date.now() - known.mtimeMs > noteEveryMs) await rm(file, { force: true })
  }
}

async function noteUse(file: string): Promise<void> {
  const known = await stat(file).catch(() => null)
  const now = Date.now()
  if (known && now - known.mtimeMs > noteEveryMs) await utimes(file, now / 1000, now / 1000).catch(() => undefined)
}

function encodeEntry({ pixels, widthPx, heightPx }: Decoded): Buffer {
  const header = Buffer.alloc(headerBytes)
  for (const [i, word] of [magic, widthPx, heightPx, crc32(pixels)].entries()) header.writeUInt32LE(word, 4 * i)
  return Buffer.concat([header, pixels])
}

/** Null for anything but a whole entry: torn, altered, of another kind. */
function decodeEntry(bytes: Buffer): Decoded | null {
  if (bytes.length < headerBytes) return null
  const [found, widthPx, heightPx, checksum] = [0, 1, 2, 3].map((i) => bytes.readUInt32LE(4 * i)) as [number, number, number, number]
  const pixels = bytes.subarray(headerBytes)
  if (found !== magic || pixels.length !== widthPx * heightPx * 3 || crc32(pixels) !== checksum) return null
  return { pixels, widthPx, heightPx }
}
