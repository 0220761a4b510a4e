import { headlineScores, scoreCatalog, scoreInfo } from '#lib/services/evaluations/score-catalog'
import type { ScoreInfo } from '#lib/services/evaluations/score-catalog'
import type { StageKind } from '#lib/soho/config'
import { summarize } from '#lib/stats/summary'
import type { Summary } from '#lib/stats/summary'

/** What a chart or a table needs of an ablation's cells. */
export interface ScoredRun {
  id: string
  seed: number
  scores: Record<string, number | null>
}
export interface ScoredCell {
  index: number
  label: string
  runs: ScoredRun[]
}

export interface SeedValue {
  runId: string
  seed: number
  value: number
}

export const testKey = ({ task, name }: { task: string; name: string }) => `${task}/test/${name}`

/** The seeds of a cell that have the score, in the order of seeds. */
export function seedValues(cell: ScoredCell, key: string): SeedValue[] {
  return cell.runs.flatMap(({ id, seed, scores }) => {
    const value = scores[key] ?? null
    return value === null ? [] : [{ runId: id, seed, value }]
  })
}

export function summarizeCell(cell: ScoredCell, key: string): Summary | null {
  return summarize(seedValues(cell, key).map(({ value }) => value))
}

/** Scores compared first, of the tasks that the ablation has. */
export function headlines(kinds: readonly StageKind[]): ScoreInfo[] {
  return headlineScores.flatMap(({ task, name }) => {
    const info = scoreInfo(task, name)
    return info !== null && kinds.includes(task) ? [info] : []
  })
}

/** A control is no result of training: what chance, the most frequent answer, or the wrong images give. */
export const isControl = ({ name }: { name: string }) => /\.(shuffledImages|majority|chance)$/.test(name)

/** Every score of the ablation's tasks, controls apart. */
export function catalogOf(kinds: readonly StageKind[]): { scores: ScoreInfo[]; controls: ScoreInfo[] } {
  const own = scoreCatalog.filter(({ task }) => kinds.includes(task))
  return { scores: own.filter((score) => !isControl(score)), controls: own.filter(isControl) }
}

/** Controls that belong beside a score: those named after it. */
export function controlsOf(score: ScoreInfo): ScoreInfo[] {
  return scoreCatalog.filter((other) => other.task === score.task && isControl(other) && other.name.startsWith(`${score.name}.`))
}
