/** A seeded generator of numbers in [0, 1): mulberry32, so that a seed gives the same files on every machine. */
export interface Random {
  next(): number
  /** An integer in [0, below). */
  integer(below: number): number
  pick<T>(items: readonly T[]): T
  /** A new array in random order. */
  shuffle<T>(items: readonly T[]): T[]
}

/** A generator of its own for every (seed, purpose): adding draws in one place leaves all other files as they were. */
export function createRandom(seed: number, purpose: string): Random {
  let state = seed >>> 0
  for (const letter of purpose) state = (Math.imul(state ^ letter.charCodeAt(0), 0x01000193) + 0x9e3779b9) >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const integer = (below: number) => Math.floor(next() * below)
  const pick = <T>(items: readonly T[]): T => {
    const item = items[integer(items.length)]
    if (item === undefined) throw new Error('Nothing to pick from')
    return item
  }
  const shuffle = <T>(items: readonly T[]): T[] => {
    const keyed = items.map((item) => ({ item, key: next() }))
    return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item)
  }
  return { next, integer, pick, shuffle }
}
