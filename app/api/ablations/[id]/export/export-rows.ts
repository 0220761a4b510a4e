import type { AblationDetail } from '#lib/services/ablations/get-ablation'
import type { FieldValue } from '#lib/services/ablations/field-catalog'

/** One score of one run. A score that is undefined there has no value, never 0. */
export interface ExportRow {
  ablation: string
  cell: string
  factors: Record<string, FieldValue>
  seed: number
  run: string
  state: string
  task: string
  split: string
  score: string
  value: number | null
}

export function exportRows({ name, cells }: Pick<AblationDetail, 'name' | 'cells'>): ExportRow[] {
  return cells.flatMap(({ label, factorValues, runs }) =>
    runs.flatMap(({ id, seed, state, scores }) =>
      Object.entries(scores)
        .toSorted(([a], [b]) => a.localeCompare(b))
        .map(([key, value]) => {
          const [task = '', split = '', ...score] = key.split('/')
          return { ablation: name, cell: label, factors: factorValues, seed, run: id, state, task, split, score: score.join('/'), value }
        }),
    ),
  )
}
