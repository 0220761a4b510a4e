import { Worker } from 'node:worker_threads'
import { LabError } from '#lib/errors'
import type { ErrorCode } from '#lib/errors'
import type { ImageCacheOptions } from './image-cache.ts'
import type { Decoded, ImageSize, StoredImage } from './decode-image.ts'

/** What the reading thread is given, and what it answers. */
export interface ThreadStart {
  images: readonly StoredImage[]
  size: ImageSize
  cache: ImageCacheOptions | null
}
export type ThreadAnswer = ({ index: number } & (Decoded | { reason: string; code: ErrorCode | null })) | { warning: string }

interface Waiting {
  promise: Promise<Decoded>
  resolve(image: Decoded): void
  reject(error: Error): void
}

/**
 * Asks a thread of its own for images. A training step blocks the caller's thread, and with it everything that happens between the parts of
 * reading and decoding; in the other thread it goes on. With a cache the thread starts at once, to make room in it, else with the first
 * image. It keeps no process alive that waits for no image.
 */
export function createImageReader(start: ThreadStart, warn: (message: string) => void): (index: number) => Promise<Decoded> {
  const waiting = new Map<number, Waiting>()
  let thread: Worker | null = null

  function launch(): Worker {
    const started = new Worker(new URL('./image-thread.ts', import.meta.url), { workerData: start })
    started.on('message', (answer: ThreadAnswer) => {
      if ('warning' in answer) return warn(answer.warning)
      const asked = waiting.get(answer.index)
      waiting.delete(answer.index)
      if (waiting.size === 0) started.unref()
      if ('reason' in answer) asked?.reject(answer.code ? new LabError(answer.code, answer.reason) : new Error(answer.reason))
      else asked?.resolve(answer)
    })
    started.on('error', (error) => failAll(error instanceof Error ? error : new Error(String(error))))
    started.on('exit', (code) => failAll(new Error(`the thread that reads images ended with ${code}`)))
    return started
  }

  function failAll(error: Error): void {
    thread = null
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }

  if (start.cache) {
    thread = launch()
    thread.unref()
  }

  return (index) => {
    const known = waiting.get(index)
    if (known) return known.promise
    const asked = Promise.withResolvers<Decoded>()
    waiting.set(index, asked)
    thread ??= launch()
    thread.ref()
    thread.postMessage(index)
    return asked.promise
  }
}
