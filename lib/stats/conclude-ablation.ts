import { compareCells, mostSeeds } from './compare-cells.ts'
import type { ComparedScore, Comparison } from './compare-cells.ts'

export interface ConcludeAblationInput {
  /** How a cell is spoken of: `64`, `no dictionary`. */
  cells: readonly string[]
  /** Follows a list of cells, such as `codewords`; empty for none. */
  noun: string
  baseline: number
  scores: readonly (ComparedScore & { format: 'percent' | 'number' })[]
  /** Runs in all, and those that have every score of the comparison. */
  runCount: number
  completeRunCount: number
  /** No run will get further scores: all stages have ended. */
  hasEnded: boolean
}

export interface Conclusion {
  sentence: string
  comparisons: Comparison[]
}

/** What may be said about the cells, in a sentence. Claims nothing that the seeds do not carry. */
export function concludeAblation(input: ConcludeAblationInput): Conclusion {
  const comparisons = compareCells(input.scores, input.baseline)
  return { comparisons, sentence: say(input, comparisons) }
}

function say(input: ConcludeAblationInput, comparisons: readonly Comparison[]): string {
  const { scores, runCount, completeRunCount } = input
  const seeds = Math.max(0, ...scores.flatMap((score) => score.cells.map((values) => values.length)))
  if (seeds === 0) return runCount === 0 ? 'No runs.' : `${input.hasEnded ? 'No scores' : 'No scores yet'}: ${countRuns(0, runCount)} any.`
  const prefix = completeRunCount === runCount ? '' : `${countRuns(completeRunCount, runCount)} all scores. `
  if (input.cells.length < 2) return `${prefix}One cell: nothing to compare it with.`
  const tested = comparisons.filter(({ outcome }) => outcome !== 'untested')
  if (tested.length > 0) return `${prefix}${capital([...claims(input, tested), ...openScores(input, tested)].join('; '))}.`
  if (seeds > 1) return `${prefix}Nothing can be compared yet: it takes two seeds in a cell and in its baseline.`
  return `${prefix}One seed per cell: differences cannot be told from chance. At least one more seed per cell.`
}

/** `64 and 256 codewords beat no dictionary on NLVR2 (+4.1 ± 1.6, +5.0 ± 2.0)`; scores won by the same cells share a clause. */
function claims(input: ConcludeAblationInput, tested: readonly Comparison[]): string[] {
  const clauses = new Map<string, string[]>()
  for (const outcome of ['better', 'worse'] as const) {
    for (const score of input.scores) {
      const found = tested.filter((comparison) => comparison.key === score.key && comparison.outcome === outcome)
      if (found.length === 0) continue
      const who = list(found.map(({ cell }) => input.cells[cell] ?? ''))
      const isPlural = input.noun !== '' || found.length > 1
      const clause = `${[who, input.noun].filter(Boolean).join(' ')} ${verb(outcome, isPlural)} ${input.cells[input.baseline]} on`
      const numbers = found.map((comparison) => writeDifference(comparison, score.format)).join(', ')
      clauses.set(clause, [...(clauses.get(clause) ?? []), `${score.label} (${numbers})`])
    }
  }
  return [...clauses].map(([clause, scores]) => `${clause} ${list(scores)}`)
}

function verb(outcome: 'better' | 'worse', isPlural: boolean): string {
  if (outcome === 'better') return isPlural ? 'beat' : 'beats'
  return isPlural ? 'fall behind' : 'falls behind'
}

/** Scores on which no cell was told from the baseline, with the seeds that might do it. */
function openScores(input: ConcludeAblationInput, tested: readonly Comparison[]): string[] {
  const open = input.scores.flatMap(({ key, label }) => {
    const own = tested.filter((comparison) => comparison.key === key)
    if (own.length === 0 || own.some(({ outcome }) => outcome !== 'open')) return []
    const more = own.flatMap(({ moreSeeds }) => moreSeeds ?? [])
    return [{ label, more: more.length > 0 ? Math.min(...more) : null }]
  })
  const reachable = open.filter(({ more }) => more !== null)
  const rest = open.filter(({ more }) => more === null)
  const counts = reachable.map(({ more }) => more ?? 0)
  const sentences: string[] = []
  if (reachable.length > 0) sentences.push(`${list(reachable.map(({ label }) => label))} not distinguishable yet: about ${range(counts)}`)
  if (rest.length > 0) {
    sentences.push(
      `${list(rest.map(({ label }) => label))} not distinguishable, and ${mostSeeds} more seeds per cell would hardly change it`,
    )
  }
  return sentences
}

/** `+4.1 ± 1.6`: percentage points for shares. */
export function writeDifference(
  { difference, halfWidth }: Pick<Comparison, 'difference' | 'halfWidth'>,
  format: 'percent' | 'number',
): string {
  if (difference === null) return '—'
  const scale = format === 'percent' ? 100 : 1
  const rounded = (scale * difference).toFixed(1)
  const signed = /^-?0\.0$/.test(rounded) ? '0.0' : rounded.startsWith('-') ? rounded.replace('-', '−') : `+${rounded}`
  return halfWidth === null ? signed : `${signed} ± ${(scale * halfWidth).toFixed(1)}`
}

function range(counts: readonly number[]): string {
  const least = Math.min(...counts)
  const most = Math.max(...counts)
  return `${least === most ? least : `${least} to ${most}`} more ${most === 1 ? 'seed' : 'seeds'} per cell`
}

function countRuns(count: number, total: number): string {
  return `${count} of ${total} ${total === 1 ? 'run' : 'runs'} ${count === 1 || total === 1 ? 'has' : 'have'}`
}

function list(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
