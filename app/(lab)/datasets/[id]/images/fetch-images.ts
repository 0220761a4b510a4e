import type { ImageList } from '#lib/services/datasets/list-images'
import { blockSize } from './block-size'

/** The server did not answer, or something before it did: it may be starting. */
export class NoAnswer extends Error {}

/** Images of a view from one of them on; waits for as long as the server still looks through the texts. */
export async function fetchImages(source: string, from: number, signal: AbortSignal): Promise<ImageList> {
  const address = `${source}${source.includes('?') ? '&' : '?'}from=${from}&limit=${blockSize}`
  for (;;) {
    const response = await fetch(address, { signal }).catch((error: unknown) => {
      throw new NoAnswer('The server did not answer.', { cause: error })
    })
    const body: unknown = await response.json().catch(() => null)
    if (response.status === 202) continue
    if (response.ok && body) return body as ImageList
    throw errorOf(body) ?? new NoAnswer(`The server did not answer: ${response.status}.`)
  }
}

function errorOf(body: unknown): Error | null {
  const message = (body as { error?: { message?: unknown } } | null)?.error?.message
  return typeof message === 'string' ? new Error(message) : null
}
