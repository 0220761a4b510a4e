/**
 * Among equal scores: the lower index comes first (a stable sort; ours), all others come after (the best possible rank), or all others
 * come before (the worst).
 */
export type TieRule = 'lowest-index-first' | 'optimistic' | 'pessimistic'

/** Ranks of a full score matrix, 1-based. */
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
export function retrievalRanks(
  scores: Float32Array,
  images: number,
  captionImages: readonly number[],
  ties: TieRule = 'lowest-index-first',
): RetrievalRanks {
  const captions = captionImages.length
  const at = (image: number, caption: number) => scores[image * captions + caption] as number
  const equalsBefore = (other: number, own: number) =>
    ties === 'optimistic' ? false : ties === 'pessimistic' ? other !== own : other < own
  const text = Array.from({ length: images }, (_, image) => {
    let best = Infinity
    for (const [own, owner] of captionImages.entries()) {
      if (owner !== image) continue
      const score = at(image, own)
      let before = 0
      for (let c = 0; c < captions; c += 1) if (at(image, c) > score || (at(image, c) === score && equalsBefore(c, own))) before += 1
      best = Math.min(best, before + 1)
    }
    return best
  })
  const image = captionImages.map((own, caption) => {
    const score = at(own, caption)
    let before = 0
    for (let i = 0; i < images; i += 1) if (at(i, caption) > score || (at(i, caption) === score && equalsBefore(i, own))) before += 1
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

export function meanRank(ranks: readonly number[]): number {
  return ranks.reduce((a, b) => a + b, 0) / ranks.length
}

/** The part of a score matrix that one fold ranks: its own images with their own captions. */
export interface Fold {
  scores: Float32Array
  images: number
  captionImages: number[]
}

/** Splits the images into consecutive blocks, whose recalls are then averaged (COCO's 1K protocol: five blocks of 1,000). */
export function retrievalFolds(scores: Float32Array, images: number, captionImages: readonly number[], folds: number): Fold[] {
  return Array.from({ length: folds }, (_, fold) => {
    const [first, end] = [fold, fold + 1].map((i) => Math.floor((i * images) / folds)) as [number, number]
    const captions = captionImages.flatMap((image, caption) => (image >= first && image < end ? [caption] : []))
    const part = new Float32Array((end - first) * captions.length)
    for (let image = first; image < end; image += 1) {
      const row = captions.map((caption) => scores[image * captionImages.length + caption] as number)
      part.set(row, (image - first) * captions.length)
    }
    return { scores: part, images: end - first, captionImages: captions.map((caption) => (captionImages[caption] as number) - first) }
  })
}

/** Recall at 1, 5 and 10, text retrieval (`tr`) before image retrieval (`ir`), by name. */
export function recalls({ text, image }: RetrievalRanks): [string, number][] {
  const directions = [
    ['tr', text],
    ['ir', image],
  ] as const
  return directions.flatMap(([direction, list]) => [1, 5, 10].map((k): [string, number] => [`${direction}.r${k}`, recallAt(list, k)]))
}

/** Images of one fold in COCO's 1K protocol. */
const foldImages = 1000

/** Mean recalls over folds of 1,000 images, where there are several of them whole; nothing otherwise. */
export function foldRecalls(scores: Float32Array, images: number, captionImages: readonly number[]): [string, number][] {
  const count = images / foldImages
  if (count < 2 || !Number.isInteger(count)) return []
  const sums = new Map<string, number>()
  for (const fold of retrievalFolds(scores, images, captionImages, count)) {
    const found = recalls(retrievalRanks(fold.scores, fold.images, fold.captionImages))
    for (const [name, recall] of found) sums.set(name, (sums.get(name) ?? 0) + recall / count)
  }
  return [...sums]
}
