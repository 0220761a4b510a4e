import type { Comparisons } from './compare.ts'
import type { Golden } from './golden.ts'
import type { Family } from './run-goldens.ts'

/**
 * The statistics that compare runs. The model's folder knows nothing of them, so that who composes the families hands them in; these are
 * the signatures of `lib/stats`.
 */
export interface Statistics {
  pairedBootstrap(
    a: readonly number[],
    b: readonly number[],
    resamples: Iterable<ArrayLike<number>>,
    level: number,
  ): { difference: number; interval: { low: number; high: number }; shareNotPositive: number; standardError: number }
  /** Of b minus a. */
  welchDifference(
    a: readonly number[],
    b: readonly number[],
    level: number,
  ): { difference: number; standardError: number; halfWidth: number; degreesOfFreedom: number; p: number } | null
  mcnemarExact(onlyA: number, onlyB: number): number
  wilsonInterval(successes: number, n: number, level: number): { low: number; high: number }
  holm(pValues: readonly number[]): number[]
}

type Numbers = Record<string, number | number[] | boolean[]>
interface StatisticsCase extends Record<string, unknown> {
  kind: string
  expected: Numbers
}

export function statisticsFamily(statistics: Statistics): Family {
  return { usesKernels: false, check: (golden, found) => checkStatistics(golden, found, statistics) }
}

function checkStatistics(golden: Golden, found: Comparisons, statistics: Statistics): void {
  const tolerance = golden.tolerance('absolute', 1e-9)
  const { cases } = golden.json<{ cases: StatisticsCase[] }>('cases.json')
  for (const [i, entry] of cases.entries()) {
    const actual = resultOf(golden, entry, statistics)
    for (const [name, value] of Object.entries(entry.expected)) {
      const what = `${i} ${entry.kind}: ${name}`
      const [ours, wanted] = [actual?.[name], value].map((found) => (found === undefined ? [NaN] : [found].flat().map(Number)))
      found.near(what, ours ?? [], wanted ?? [], tolerance)
    }
  }
}

function resultOf(golden: Golden, entry: StatisticsCase, statistics: Statistics): Numbers | null {
  const list = (name: string) => entry[name] as number[]
  const one = (name: string) => entry[name] as number
  switch (entry.kind) {
    case 'paired_bootstrap': {
      const resamples = rowsOf(golden, entry['indices'] as string)
      const { difference, interval, shareNotPositive, standardError } = statistics.pairedBootstrap(
        list('a'),
        list('b'),
        resamples,
        one('level'),
      )
      return { difference, ...interval, share_not_positive: shareNotPositive, standard_error: standardError }
    }
    case 'welch': {
      const found = statistics.welchDifference(list('b'), list('a'), one('level'))
      if (!found) return null
      const { difference, standardError, halfWidth, degreesOfFreedom, p } = found
      const [low, high] = [difference - halfWidth, difference + halfWidth]
      return { difference, t: difference / standardError, df: degreesOfFreedom, p, low, high }
    }
    case 'mcnemar_exact':
      return { p: statistics.mcnemarExact(one('only_a_right'), one('only_b_right')) }
    case 'wilson':
      return { ...statistics.wilsonInterval(one('successes'), one('n'), one('level')) }
    case 'holm': {
      const adjusted = statistics.holm(list('p'))
      return { adjusted, reject: adjusted.map((p) => p <= one('alpha')) }
    }
    default:
      return null
  }
}

function rowsOf(golden: Golden, key: string): ArrayLike<number>[] {
  const { shape, data } = golden.get(key)
  const [rows, columns] = shape as [number, number]
  return Array.from({ length: rows }, (_, row) => data.subarray(row * columns, (row + 1) * columns))
}
