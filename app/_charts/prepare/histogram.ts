import { formatCount, formatPercent } from '../../_ui/format'

/** Bars side by side over a quantity, ready to be drawn. */
export interface Histogram {
  title: string
  /** What is counted: `texts`, `images`. */
  unit: string
  bars: { label: string; count: number }[]
  total: number
  /** The chart in a sentence. */
  summary: string
}

type Counted = readonly (readonly [value: number, count: number])[]

const sum = (counts: Counted) => counts.reduce((total, [, count]) => total + count, 0)

/** The value below which a share of all lies; null of nothing. */
export function quantile(counts: Counted, share: number): number | null {
  const total = sum(counts)
  if (total === 0) return null
  let seen = 0
  const sorted = [...counts].sort(([a], [b]) => a - b)
  for (const [value, count] of sorted) {
    seen += count
    if (seen >= share * total) return value
  }
  return sorted.at(-1)?.[0] ?? null
}

export function mean(counts: Counted): number | null {
  const total = sum(counts)
  return total === 0 ? null : counts.reduce((all, [value, count]) => all + value * count, 0) / total
}

interface Options {
  title: string
  unit: string
  /** What the values are: `words`, `px`. */
  of: string
  barsAtMost?: number
  /** Values of so much and more share the last bar. */
  last?: number
}

/** A tail of so few values in so much room would press all others into a corner: it shares the last bar. */
const tailShare = 0.005
const tailRoom = 1.5

/** Where the bars end: the highest value, or where a thin tail begins. */
function endOf(values: Counted, lowest: number, highest: number, barsAtMost: number): number {
  const end = quantile(values, 1 - tailShare) ?? highest
  const isLong = highest - lowest + 1 > barsAtMost && highest - lowest > tailRoom * (end - lowest)
  return isLong ? end : highest
}

/** Bars of a round width, so many that the shape is seen. */
export function histogramOf(counts: Counted, { title, unit, of, barsAtMost = 24, last }: Options): Histogram {
  const values = counts.filter(([, count]) => count > 0)
  const total = sum(values)
  const lowest = Math.min(...values.map(([value]) => value))
  const highest = Math.max(...values.map(([value]) => value))
  const end = endOf(values, lowest, highest, barsAtMost)
  const width = total === 0 ? 1 : roundWidth((end - lowest + 1) / barsAtMost)
  const start = Math.floor(lowest / width) * width
  const tail = end < highest ? start + (Math.floor((end - start) / width) + 1) * width : null
  const bars = total === 0 ? [] : Array.from({ length: Math.floor(((tail ?? highest) - start) / width) + 1 }, (_, i) => start + i * width)
  const counted = bars.map((from) => ({
    label: labelOf(from, width, tail ?? last),
    count: sum(values.filter(([value]) => value >= from && (from === tail || value < from + width))),
  }))
  const middle = quantile(values, 0.5)
  const most = tail === null ? '' : `, the most ${formatCount(highest)}${last !== undefined && highest >= last ? ' or more' : ''}`
  const inWords = total === 0 ? 'nothing' : `half have at most ${middle} ${of}, 95 % at most ${quantile(values, 0.95)}${most}`
  return { title, unit, bars: counted, total, summary: `${title}: ${formatCount(total)} ${unit}; ${inWords}.` }
}

function labelOf(from: number, width: number, last: number | undefined): string {
  if (last !== undefined && from + width > last) return `${from}+`
  return width === 1 ? String(from) : `${from}–${from + width - 1}`
}

/** 1, 2, 5 times a power of ten, not below the wanted width. */
function roundWidth(wanted: number): number {
  if (wanted <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(wanted))
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= wanted) ?? 10)
}

const ratioEdges = [0, 0.5, 0.67, 0.8, 0.98, 1.02, 1.25, 1.5, 2, Number.POSITIVE_INFINITY]
const ratioLabels = ['< 1:2', '1:2 to 2:3', '2:3 to 4:5', '4:5 to 1:1', 'square', '1:1 to 5:4', '5:4 to 3:2', '3:2 to 2:1', '> 2:1']

/** Width to height, in the classes that photographs come in. */
export function ratioHistogram(sizes: readonly (readonly [number, number, number])[]): Histogram {
  const bars = ratioLabels.map((label, i) => ({
    label,
    count: sizes.reduce(
      (all, [width, height, count]) =>
        all + (width / height >= (ratioEdges[i] ?? 0) && width / height < (ratioEdges[i + 1] ?? 0) ? count : 0),
      0,
    ),
  }))
  const total = bars.reduce((all, { count }) => all + count, 0)
  const wide = bars.slice(5).reduce((all, { count }) => all + count, 0)
  const tall = bars.slice(0, 4).reduce((all, { count }) => all + count, 0)
  const share = (count: number) => formatPercent(total > 0 ? count / total : 0, 0)
  const summary = `Width to height: ${share(wide)} of ${formatCount(total)} images are wide, ${share(tall)} tall.`
  return { title: 'Width to height', unit: 'images', bars, total, summary }
}
