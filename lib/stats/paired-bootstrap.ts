import { confidence, mean, quantile } from './summary.ts'
import type { Interval } from './summary.ts'

/** Differences smaller than this are rounding: they count as zero. */
const rounding = 1e-12

export interface PairedBootstrap {
  /** Mean of a minus mean of b. */
  difference: number
  /** Percentile interval over the resamples. */
  interval: Interval
  /** Share of resamples in which a is not better than b. */
  shareNotPositive: number
  /** Standard deviation of the resampled differences. */
  standardError: number
}

/**
 * How the difference of two arms that answered the same examples would vary with other examples.
 * @param a a score an example
 * @param b the other arm's scores, in the same order
 * @param resamples each a list of positions drawn with replacement, the same for both arms
 */
export function pairedBootstrap(
  a: readonly number[],
  b: readonly number[],
  resamples: Iterable<ArrayLike<number>>,
  level = confidence,
): PairedBootstrap {
  const differences: number[] = []
  for (const positions of resamples) {
    let sum = 0
    for (let i = 0; i < positions.length; i += 1) sum += (a[positions[i] as number] as number) - (b[positions[i] as number] as number)
    differences.push(sum / positions.length)
  }
  const middle = mean(differences)
  const squares = differences.reduce((sum, value) => sum + (value - middle) ** 2, 0)
  const sorted = differences.toSorted((x, y) => x - y)
  return {
    difference: mean(a) - mean(b),
    interval: { low: quantile(sorted, (1 - level) / 2), high: quantile(sorted, (1 + level) / 2) },
    shareNotPositive: differences.filter((value) => value < rounding).length / differences.length,
    standardError: Math.sqrt(squares / (differences.length - 1)),
  }
}
