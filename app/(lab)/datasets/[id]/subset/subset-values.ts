import type { Split } from '#lib/services/imports/format-catalog'

/** What stands in the form, as it is typed. */
export interface SubsetValues {
  name: string
  splits: Partial<Record<Split, boolean>>
  /** In per cent. */
  shares: Partial<Record<Split, string>>
  seed: string
  label: string
  category: string
  search: string
  minimumSidePx: string
  reason: string
}

/** As the input of a derivation. Text that is no number stays text: the input's schema says so. */
export function toInput(parentId: string, { name, splits, shares, seed, minimumSidePx, reason, ...texts }: SubsetValues) {
  const chosen = (Object.keys(splits) as Split[]).filter((split) => splits[split])
  return {
    kind: 'subset' as const,
    parentId,
    name,
    reason,
    rule: {
      ...texts,
      splits: chosen,
      samples: Object.fromEntries(chosen.flatMap((split) => share(split, shares[split] ?? '100'))),
      seed: toNumber(seed) as number,
      minimumSidePx: toNumber(minimumSidePx) as number,
    },
  }
}

/** A split that is taken whole needs no share. */
function share(split: Split, text: string): [Split, number][] {
  const percent = toNumber(text)
  // Ten per cent is 0.1, whatever dividing floating numbers makes of it.
  return percent === 100 ? [] : [[split, (typeof percent === 'number' ? Number((percent / 100).toPrecision(12)) : text) as number]]
}

const toNumber = (text: string): number | string => (text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text))
