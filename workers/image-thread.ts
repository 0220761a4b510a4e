import { parentPort, workerData } from 'node:worker_threads'
import { LabError } from '#lib/errors'
import { createImageCache } from './image-cache.ts'
import type { ImageCache } from './image-cache.ts'
import { decodeImage, scaledSize } from './decode-image.ts'
import type { Decoded, StoredImage } from './decode-image.ts'
import type { ThreadAnswer, ThreadStart } from './image-reader.ts'

/** A thread of a trainer that reads images while the trainer's own thread computes: from the cache, or decoded and then cached. */
const { images, size, cache: options } = workerData as ThreadStart

/** Images under way at once: enough for sharp's threads, little enough in memory. */
const lanes = 8
const waiting: number[] = []
let busy = 0

let cache: ImageCache | null = options ? createImageCache(options, size) : null
const room = cache ? kept(cache.makeRoom(images.flatMap(sizeOf))) : Promise.resolve()

parentPort?.on('message', (index: number) => {
  waiting.push(index)
  void work()
})

async function work(): Promise<void> {
  if (busy >= lanes) return
  busy += 1
  for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) await answer(index)
  busy -= 1
}

async function answer(index: number): Promise<void> {
  const stored = images[index]
  try {
    if (!stored) throw new Error(`no image ${index}`)
    const known = stored.digest === undefined ? null : await read(stored.digest)
    const decoded = known ?? (await decodeImage(stored, size))
    // The memory of a buffer may be shared with others: only a copy can be handed over.
    const pixels = new Uint8Array(decoded.pixels)
    tell({ index, pixels, widthPx: decoded.widthPx, heightPx: decoded.heightPx }, [pixels.buffer])
    if (!known && stored.digest !== undefined) await keep(stored.digest, decoded)
  } catch (error) {
    const code = error instanceof LabError ? error.code : null
    tell({ index, reason: error instanceof Error ? error.message : String(error), code })
  }
}

async function read(digest: string): Promise<Decoded | null> {
  return cache ? cache.read(digest) : null
}

async function keep(digest: string, image: Decoded): Promise<void> {
  await room
  if (cache) await kept(cache.write(digest, image))
}

/** A cache that fails (a full disk) is done without. */
async function kept(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (cache) tell({ warning: `decoded images are not kept any more: ${error instanceof Error ? error.message : String(error)}` })
    cache = null
  }
}

function sizeOf({ digest, widthPx = 0, heightPx = 0 }: StoredImage): { digest: string; sizeBytes: number }[] {
  if (digest === undefined || widthPx === 0 || heightPx === 0) return []
  const scaled = scaledSize(widthPx, heightPx, size)
  return [{ digest, sizeBytes: 3 * scaled.widthPx * scaled.heightPx }]
}

function tell(message: ThreadAnswer, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer)
}
