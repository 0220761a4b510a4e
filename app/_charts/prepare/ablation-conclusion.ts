import type { StageKind } from '#lib/soho/config'
import { concludeAblation } from '#lib/stats/conclude-ablation'
import type { Conclusion } from '#lib/stats/conclude-ablation'
import { headlines, seedValues, testKey } from './ablation-scores'
import type { ScoredCell } from './ablation-scores'

interface ConcludedAblation {
  state: string
  factors: readonly { field: string; label: string }[]
  stageKinds: readonly StageKind[]
  cells: readonly (ScoredCell & { factorValues: Record<string, unknown> })[]
}

const sizeField = 'dictionary.size'

/** The cell that the others are compared with: the one without a dictionary where there is one, else the first. */
export function baselineIndex(cells: ConcludedAblation['cells']): number {
  return Math.max(
    0,
    cells.findIndex(({ factorValues }) => factorValues[sizeField] === 0),
  )
}

/** The conclusion over the headline scores of the test splits. */
export function conclusionOf({ state, factors, stageKinds, cells }: ConcludedAblation): Conclusion {
  const isDictionaryAlone = factors.length === 1 && factors[0]?.field === sizeField
  const scores = headlines(stageKinds)
  const runs = cells.flatMap((cell) => cell.runs)
  const baseline = baselineIndex(cells)
  return concludeAblation({
    cells: cells.map(({ label, factorValues }) => (isDictionaryAlone && factorValues[sizeField] === 0 ? 'no dictionary' : label)),
    noun: isDictionaryAlone && cells[baseline]?.factorValues[sizeField] === 0 ? 'codewords' : '',
    baseline,
    scores: scores.map((score) => ({
      key: testKey(score),
      label: score.short,
      better: score.better,
      format: score.format,
      cells: cells.map((cell) => seedValues(cell, testKey(score)).map(({ value }) => value)),
    })),
    runCount: runs.length,
    completeRunCount: runs.filter((run) => scores.every((score) => (run.scores[testKey(score)] ?? null) !== null)).length,
    hasEnded: state !== 'queued' && state !== 'running',
  })
}
