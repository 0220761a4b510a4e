import { cutByOrientation } from './cut-by-orientation.ts'
import { Random } from './random.ts'

/** Examples that show the same images, so that each image is encoded once for all of them. */
export interface Group {
  images: readonly number[]
  /** Positions in the list of examples. */
  examples: number[]
}

export function groupByImages(examples: readonly { images: readonly number[] }[]): Group[] {
  const groups = new Map<string, Group>()
  for (const [i, { images }] of examples.entries()) {
    const key = images.join()
    const found = groups.get(key)
    if (found) found.examples.push(i)
    else groups.set(key, { images, examples: [i] })
  }
  return [...groups.values()]
}

/** Cuts groups, in the order given, into batches of one orientation with at least `size` examples; what is left over comes last. */
export function cutBatches(groups: readonly Group[], size: number, isWide: (image: number) => boolean): Group[][] {
  const { full, rest } = cutByOrientation(
    groups,
    ({ images }) => isWide(images[0] as number),
    size,
    ({ examples }) => examples.length,
  )
  return [...full, ...rest]
}

/** A batch in so many parts, in its order, each with about as many examples as the others; fewer parts where it has fewer groups. */
export function splitBatch(batch: readonly Group[], count: number): Group[][] {
  const total = batch.reduce((sum, { examples }) => sum + examples.length, 0)
  const parts: Group[][] = Array.from({ length: count }, () => [])
  let before = 0
  for (const group of batch) {
    parts[Math.floor((before * count) / total)]?.push(group)
    before += group.examples.length
  }
  return parts.filter((part) => part.length > 0)
}

/** The order of an epoch is a function of (seed, purpose, epoch). */
export function shuffled<T>(items: readonly T[], seed: number, purpose: string, epoch: number): T[] {
  return [...new Random(seed, purpose, epoch).permutation(items.length)].map((i) => items[i] as T)
}

/** Remembers what `make` gave for the last epoch: shuffling and cutting large data once an epoch is enough. */
export function byEpoch<T>(make: (epoch: number) => T): (epoch: number) => T {
  let last: { epoch: number; made: T } | null = null
  return (epoch) => {
    if (last?.epoch !== epoch) last = { epoch, made: make(epoch) }
    return last.made
  }
}
