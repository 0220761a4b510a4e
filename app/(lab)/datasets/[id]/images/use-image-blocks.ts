'use client'

import { useCallback, useEffect, useState } from 'react'
import type { ImageList, ImageView } from '#lib/services/datasets/list-images'
import { blockSize } from './block-size'
import { fetchImages } from './fetch-images'

/** Blocks that stay: some thousand images. */
const blocksAtMost = 60
/** While the scroll bar is dragged nothing is fetched; as soon as it rests, what is in view. */
const restMs = 60

type Blocks = ReadonlyMap<number, readonly ImageView[]>

/** The images of a view, block by block as they come into sight. */
export function useImageBlocks(source: string, first: ImageList, firstRank: number, lastRank: number) {
  const [blocks, setBlocks] = useState<Blocks>(() => new Map([[Math.floor(first.from / blockSize), first.images]]))
  const [hasFailed, setHasFailed] = useState(false)
  const from = Math.floor(firstRank / blockSize)
  const to = Math.floor(lastRank / blockSize)
  const missing = range(from, to)
    .filter((block) => !blocks.has(block) && block * blockSize < first.total)
    .join(' ')

  useEffect(() => {
    if (missing === '' || hasFailed) return
    const leaving = new AbortController()
    const timer = setTimeout(() => {
      for (const block of missing.split(' ').map(Number))
        fetchImages(source, block * blockSize, leaving.signal)
          .then(({ images }) => setBlocks((known) => withBlock(known, block, images, [from, to])))
          .catch(() => !leaving.signal.aborted && setHasFailed(true))
    }, restMs)
    return () => {
      clearTimeout(timer)
      leaving.abort()
    }
  }, [missing, hasFailed, source, from, to])

  const imageAt = (rank: number): ImageView | undefined => blocks.get(Math.floor(rank / blockSize))?.[rank % blockSize]
  const retry = useCallback(() => setHasFailed(false), [])
  return { imageAt, hasFailed, retry }
}

const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)

/** Of too many blocks, those farthest from the view go. */
function withBlock(blocks: Blocks, block: number, images: readonly ImageView[], [from, to]: [number, number]): Blocks {
  const kept = new Map(blocks).set(block, images)
  const distance = (one: number) => Math.max(from - one, one - to, 0)
  const far = [...kept.keys()].sort((a, b) => distance(b) - distance(a))
  for (const one of far.slice(0, Math.max(0, kept.size - blocksAtMost))) kept.delete(one)
  return kept
}
