import { stringify } from 'csv-stringify/sync'
import type { ExportRow } from './export-rows'

/** A factor is a column of its own, named after its field. A cell that a spreadsheet would run as a formula is prefixed with an apostrophe. */
export function writeCsv(rows: readonly ExportRow[]): string {
  const fields = Object.keys(rows[0]?.factors ?? {})
  const header = ['ablation', 'cell', ...fields, 'seed', 'run', 'state', 'task', 'split', 'score', 'value']
  const records = rows.map(({ ablation, cell, factors, seed, run, state, task, split, score, value }) => {
    const values = fields.map((field) => [factors[field] ?? ''].flat().join(' '))
    return [ablation, cell, ...values, seed, run, state, task, split, score, value]
  })
  return stringify([header, ...records], { escape_formulas: true, bom: true })
}
