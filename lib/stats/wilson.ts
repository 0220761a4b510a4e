import { confidence, criticalZ } from './summary.ts'
import type { Interval } from './summary.ts'

/** Wilson's score interval of a share, without continuity correction: stays within 0 and 1 even for few examples. */
export function wilsonInterval(successes: number, n: number, level = confidence): Interval {
  const z = criticalZ(level)
  const share = successes / n
  const width = 1 + z ** 2 / n
  const middle = (share + z ** 2 / (2 * n)) / width
  const half = (z * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2))) / width
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}
