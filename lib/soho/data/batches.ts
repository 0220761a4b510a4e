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

/** Cuts groups, in the order given, into batches of at least `size` examples (the last one may have fewer). */
export function cutBatches(groups: readonly Group[], size: number): Group[][] {
  const batches: Group[][] = []
  let current: Group[] = []
  let count = 0
  for (const group of groups) {
    current.push(group)
    count += group.examples.length
    if (count < size) continue
    batches.push(current)
    current = []
    count = 0
  }
  if (current.length > 0) batches.push(current)
  return batches
}

/** The order of an epoch is a function of (seed, purpose, epoch). */
export function shuffled<T>(items: readonly T[], seed: number, purpose: string, epoch: number): T[] {
  return [...new Random(seed, purpose, epoch).permutation(items.length)].map((i) => items[i] as T)
}
