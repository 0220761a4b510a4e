import { useCallback, useEffect, useState } from 'react'
import type { ImageList } from '#lib/services/datasets/list-images'
import { fetchImages, NoAnswer } from './fetch-images'

/** A server that starts again is back within this time. */
const lossesAtMost = 15
const pauseMs = 2000

/** The images that a page begins with: those it came with, else fetched as soon as the server has found them. */
export function useFirstImages(source: string, given: ImageList | null, from: number) {
  const [found, setFound] = useState(given)
  const [failure, setFailure] = useState<string | null>(null)
  // A page that is made again may come without them; those shown stay.
  if (given && given !== found) setFound(given)
  const isWaiting = !found && failure === null

  useEffect(() => {
    if (!isWaiting) return
    const leaving = new AbortController()
    fetchPatiently(source, from, leaving.signal).then(
      (list) => setFound(list),
      (error: unknown) => !leaving.signal.aborted && setFailure(error instanceof Error ? error.message : String(error)),
    )
    return () => leaving.abort()
  }, [source, from, isWaiting])

  return { found, failure: found ? null : failure, retry: useCallback(() => setFailure(null), []) }
}

async function fetchPatiently(source: string, from: number, signal: AbortSignal): Promise<ImageList> {
  for (let losses = 0; ; losses += 1) {
    try {
      return await fetchImages(source, from, signal)
    } catch (error) {
      if (!(error instanceof NoAnswer) || signal.aborted || losses === lossesAtMost) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
