import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { criticalT, mean, variance } from './summary.ts'

const power = 0.8

/**
 * Seeds a cell needs, if difference and spread are as they look now, so that four of five such experiments tell the cells apart at the
 * given level. Null when `limit` seeds would not do. A rough figure: with few seeds the spread itself is uncertain.
 */
export function seedsNeeded(a: readonly number[], b: readonly number[], { alpha, limit }: { alpha: number; limit: number }): number | null {
  const varianceA = variance(a)
  const varianceB = variance(b)
  if (varianceA === null || varianceB === null) return null
  const difference = Math.abs(mean(b) - mean(a))
  const sum = varianceA + varianceB
  if (sum === 0 || difference === 0) return null
  const balance = sum ** 2 / (varianceA ** 2 + varianceB ** 2)
  for (let n = 2; n <= limit; n += 1) {
    const degreesOfFreedom = (n - 1) * balance
    const standardised = difference / Math.sqrt(sum / n)
    if (standardised >= criticalT(1 - alpha, degreesOfFreedom) + tQuantile(power, degreesOfFreedom)) return n
  }
  return null
}
