import tQuantile from '@stdlib/stats-base-dists-t-quantile'

/** What is known about the mean of a few values. Spread needs two values, so that with one there is no sd and no interval. */
export interface Summary {
  n: number
  mean: number
  sd: number | null
  interval: Interval | null
}
export interface Interval {
  low: number
  high: number
}

export const confidence = 0.95

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Sample variance (n - 1); null for fewer than two values. */
export function variance(values: readonly number[]): number | null {
  if (values.length < 2) return null
  const middle = mean(values)
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1)
}

/** Two-sided critical value of Student's t. */
export function criticalT(level: number, degreesOfFreedom: number): number {
  return tQuantile(1 - (1 - level) / 2, degreesOfFreedom)
}

/** Beyond so many degrees of freedom Student's t is the normal distribution to the last digit of a double. */
const asNormal = 1e15

/** Two-sided critical value of the normal distribution. */
export function criticalZ(level: number): number {
  return criticalT(level, asNormal)
}

/** Quantile of sorted values, linear between neighbours. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const low = sorted[below] as number
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number
  return low + (high - low) * (place - below)
}

/** Mean, sd and t interval; null for no value at all. */
export function summarize(values: readonly number[], level = confidence): Summary | null {
  if (values.length === 0) return null
  const middle = mean(values)
  const spread = variance(values)
  if (spread === null) return { n: values.length, mean: middle, sd: null, interval: null }
  const half = criticalT(level, values.length - 1) * Math.sqrt(spread / values.length)
  return { n: values.length, mean: middle, sd: Math.sqrt(spread), interval: { low: middle - half, high: middle + half } }
}
