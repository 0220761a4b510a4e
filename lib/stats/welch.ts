import tCdf from '@stdlib/stats-base-dists-t-cdf'
import { confidence, criticalT, mean, variance } from './summary.ts'

/** Difference of two means, b - a, without assuming equal spread. */
export interface Difference {
  difference: number
  standardError: number
  /** The interval is `difference` plus and minus this. */
  halfWidth: number
  degreesOfFreedom: number
  /** Two-sided. */
  p: number
}

/** Null when a side has fewer than two values, or when neither varies: then nothing is known about the noise. */
export function welchDifference(a: readonly number[], b: readonly number[], level = confidence): Difference | null {
  const varianceA = variance(a)
  const varianceB = variance(b)
  if (varianceA === null || varianceB === null) return null
  const shareA = varianceA / a.length
  const shareB = varianceB / b.length
  const squaredError = shareA + shareB
  if (squaredError === 0) return null
  const degreesOfFreedom = squaredError ** 2 / (shareA ** 2 / (a.length - 1) + shareB ** 2 / (b.length - 1))
  const difference = mean(b) - mean(a)
  const error = Math.sqrt(squaredError)
  return {
    difference,
    standardError: error,
    halfWidth: criticalT(level, degreesOfFreedom) * error,
    degreesOfFreedom,
    p: 2 * tCdf(-Math.abs(difference) / error, degreesOfFreedom),
  }
}
