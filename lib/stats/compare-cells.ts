import { holm } from './holm.ts'
import { seedsNeeded } from './seeds-needed.ts'
import { confidence, mean } from './summary.ts'
import { welchDifference } from './welch.ts'

/** One score over the cells of an ablation: `cells[c]` holds the values of the seeds that have one. */
export interface ComparedScore {
  key: string
  label: string
  better: 'higher' | 'lower'
  cells: readonly (readonly number[])[]
}

/** `untested`: a side has fewer than two seeds, or the seeds do not vary. `open`: tested, and not told apart. */
export type ComparisonOutcome = 'better' | 'worse' | 'open' | 'untested'

export interface Comparison {
  key: string
  cell: number
  /** Mean of the cell minus mean of the baseline; null when a side has no value. */
  difference: number | null
  halfWidth: number | null
  p: number | null
  /** Holm over all comparisons of the ablation. */
  adjustedP: number | null
  outcome: ComparisonOutcome
  /** More seeds per cell that would tell the two apart; null when more than `mostSeeds`, or not known. */
  moreSeeds: number | null
}

/** Beyond so many more seeds per cell, seeds are not the answer. */
export const mostSeeds = 20

/** Compares every cell with the baseline on every score: Welch intervals, p-values corrected for the number of comparisons. */
export function compareCells(scores: readonly ComparedScore[], baseline: number): Comparison[] {
  const pairs = scores.flatMap((score) =>
    score.cells.flatMap((values, cell) => (cell === baseline ? [] : [{ score, cell, values, base: score.cells[baseline] ?? [] }])),
  )
  const tested = pairs.map(({ base, values }) => welchDifference(base, values))
  const found = tested.flatMap((test, index) => (test ? [{ p: test.p, index }] : []))
  const adjusted = new Map(holm(found.map(({ p }) => p)).map((p, i) => [found[i]?.index, p]))
  const alpha = 1 - confidence
  return pairs.map(({ score, cell, values, base }, index) => {
    const test = tested[index] ?? null
    const adjustedP = adjusted.get(index) ?? null
    const difference = test?.difference ?? plainDifference(base, values)
    const outcome = test === null || adjustedP === null ? 'untested' : adjustedP >= alpha ? 'open' : favours(score, test.difference)
    const most = Math.min(base.length, values.length)
    const needed = outcome === 'open' ? seedsNeeded(base, values, { alpha: alpha / found.length, limit: most + mostSeeds }) : null
    return {
      key: score.key,
      cell,
      difference,
      halfWidth: test?.halfWidth ?? null,
      p: test?.p ?? null,
      adjustedP,
      outcome,
      moreSeeds: needed === null ? null : Math.max(1, needed - most),
    }
  })
}

const favours = ({ better }: ComparedScore, difference: number) => (difference > 0 === (better === 'higher') ? 'better' : 'worse')

function plainDifference(a: readonly number[], b: readonly number[]): number | null {
  return a.length === 0 || b.length === 0 ? null : mean(b) - mean(a)
}
