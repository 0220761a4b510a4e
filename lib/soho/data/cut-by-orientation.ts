/**
 * Cuts items, in the order given, into batches of one orientation each, so that little of a padded batch is padding (the reference code's
 * sampler). An orientation with fewer items than a batch joins the other one.
 * @param isWide whether an item is wider than high
 * @param size items of a batch, by `weigh` (1 each if left out); a batch is full when it has at least so many
 * @returns full batches in the order in which they filled up, and what was left in the end
 */
export function cutByOrientation<T>(
  items: readonly T[],
  isWide: (item: T) => boolean,
  size: number,
  weigh: (item: T) => number = () => 1,
): { full: T[][]; rest: T[][] } {
  const total = (wide: boolean) => items.reduce((sum, item) => (isWide(item) === wide ? sum + weigh(item) : sum), 0)
  const isMixed = total(true) < size || total(false) < size
  const open = new Map<boolean, { batch: T[]; weight: number }>()
  const full: T[][] = []
  for (const item of items) {
    const key = !isMixed && isWide(item)
    const current = open.get(key) ?? { batch: [], weight: 0 }
    current.batch.push(item)
    current.weight += weigh(item)
    open.set(key, current)
    if (current.weight < size) continue
    full.push(current.batch)
    open.delete(key)
  }
  return { full, rest: [...open.values()].map(({ batch }) => batch) }
}
