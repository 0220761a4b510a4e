/** Ranks of a full score matrix, 1-based; among equal scores the lower index comes first. */
export interface RetrievalRanks {
  /** For each image, the rank of its best own caption. */
  text: number[]
  /** For each caption, the rank of its image. */
  image: number[]
}

/**
 * @param scores [images, captions], row-major
 * @param captionImages for each caption its image
 */
export function retrievalRanks(scores: Float32Array, images: number, captionImages: readonly number[]): RetrievalRanks {
  const captions = captionImages.length
  const at = (image: number, caption: number) => scores[image * captions + caption] as number
  const text = Array.from({ length: images }, (_, image) => {
    let best = Infinity
    for (const [own, owner] of captionImages.entries()) {
      if (owner !== image) continue
      const score = at(image, own)
      let before = 0
      for (let c = 0; c < captions; c += 1) if (at(image, c) > score || (at(image, c) === score && c < own)) before += 1
      best = Math.min(best, before + 1)
    }
    return best
  })
  const image = captionImages.map((own, caption) => {
    const score = at(own, caption)
    let before = 0
    for (let i = 0; i < images; i += 1) if (at(i, caption) > score || (at(i, caption) === score && i < own)) before += 1
    return before + 1
  })
  return { text, image }
}

/** Share of ranks within the first k. */
export function recallAt(ranks: readonly number[], k: number): number {
  return ranks.filter((rank) => rank <= k).length / ranks.length
}

export function medianRank(ranks: readonly number[]): number {
  const sorted = [...ranks].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
