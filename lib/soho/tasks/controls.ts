import { groupByImages } from '../data/batches.ts'
import type { TaskExample } from './task.ts'

/**
 * The same texts, each about images of another group: what a model still gets right it owes to the text. Groups are shifted by half
 * their number, so that none keeps its images.
 */
export function withShuffledImages<E extends TaskExample>(examples: readonly E[]): E[] {
  const groups = groupByImages(examples)
  const shift = Math.max(1, Math.floor(groups.length / 2))
  const moved = [...examples]
  for (const [i, group] of groups.entries()) {
    const other = groups[(i + shift) % groups.length]
    for (const example of group.examples) moved[example] = { ...(examples[example] as E), images: other?.images ?? group.images }
  }
  return moved
}

/** The most frequent value, the first in order of appearance on a tie. */
export function mostFrequent(values: readonly string[]): string | null {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  let best: string | null = null
  for (const [value, count] of counts) if (best === null || count > (counts.get(best) ?? 0)) best = value
  return best
}
