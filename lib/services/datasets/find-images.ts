import type { z } from 'zod'
import type { Context } from '../context.ts'
import { within } from '../patience.ts'
import { listImages, type ImageList, type ListImagesInput } from './list-images.ts'

/** How long a page, and a browser that asks for the images alone, wait for a search in millions of texts. */
export const pagePatienceMs = 1000
export const routePatienceMs = 20_000

/** As `listImages`; null: the texts are still being looked through. The search goes on for a while, for who asks again. */
export async function findImages(
  ctx: Context,
  input: z.input<typeof ListImagesInput>,
  patienceMs: number,
  signal?: AbortSignal,
): Promise<ImageList | null> {
  const leaving = new AbortController()
  const left = signal ? AbortSignal.any([leaving.signal, signal]) : leaving.signal
  try {
    return await within(patienceMs, listImages(ctx, input, left))
  } catch (error) {
    // Whoever asked has gone.
    if (signal?.aborted) return null
    throw error
  } finally {
    leaving.abort()
  }
}
