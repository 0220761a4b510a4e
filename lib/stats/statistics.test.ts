import { describe, expect, it } from 'vitest'
import { holm } from './holm.ts'
import { seedsNeeded } from './seeds-needed.ts'
import { summarize } from './summary.ts'
import { welchDifference } from './welch.ts'

describe('summarize', () => {
  it('gives mean, sd with n - 1 and the t interval', () => {
    const summary = summarize([1, 2, 3, 4])
    expect(summary?.mean).toBe(2.5)
    expect(summary?.sd).toBeCloseTo(1.29099, 5)
    // t(3) = 3.18245 times 1.29099 / 2
    expect(summary?.interval?.low).toBeCloseTo(2.5 - 2.05426, 4)
    expect(summary?.interval?.high).toBeCloseTo(2.5 + 2.05426, 4)
  })

  it('is wide for two seeds: 12.7 standard errors', () => {
    const summary = summarize([0.6, 0.62])
    expect((summary?.interval?.high ?? 0) - 0.61).toBeCloseTo(12.7062 * 0.01, 5)
  })

  it('knows no spread from one value and nothing from none', () => {
    expect(summarize([0.6])).toEqual({ n: 1, mean: 0.6, sd: null, interval: null })
    expect(summarize([])).toBeNull()
  })
})

describe('welchDifference', () => {
  it('agrees with the textbook formula', () => {
    const found = welchDifference([1, 2, 3], [4, 6, 8])
    // squared error 5/3, t = 4 / 1.29099
    expect(found?.difference).toBe(4)
    expect(found?.degreesOfFreedom).toBeCloseTo(2.94118, 4)
    expect(found?.halfWidth).toBeCloseTo(4.1554, 3)
    expect(found?.p).toBeCloseTo(0.05479, 4)
  })

  it('says nothing without two seeds a side or without spread', () => {
    expect(welchDifference([1], [2, 3])).toBeNull()
    expect(welchDifference([1, 1], [2, 2])).toBeNull()
  })
})

it('holm multiplies the smallest p-value by the number of comparisons and never reorders', () => {
  const adjusted = holm([0.04, 0.01, 0.03, 0.005])
  for (const [i, expected] of [0.06, 0.03, 0.06, 0.02].entries()) expect(adjusted[i]).toBeCloseTo(expected, 10)
  expect(holm([0.6, 0.9])).toEqual([1, 1])
})

describe('seedsNeeded', () => {
  it('is the first n whose standardised difference carries level and power', () => {
    // Difference 2, both variances 2: n = 8 gives 2.828 of the 2.145 + 0.868 needed, n = 9 gives 3.000 of 2.120 + 0.865.
    expect(seedsNeeded([0, 2], [2, 4], { alpha: 0.05, limit: 30 })).toBe(9)
  })

  it('gives up where the limit would not do, or where there is no difference', () => {
    expect(seedsNeeded([0, 2], [0.1, 2.1], { alpha: 0.05, limit: 22 })).toBeNull()
    expect(seedsNeeded([0, 2], [2, 0], { alpha: 0.05, limit: 22 })).toBeNull()
  })
})
