import type { AblationDetail } from '#lib/services/ablations/get-ablation'
import { summarize } from '#lib/stats/summary'

export interface ResultCell {
  /** Null where no seed has the score. */
  mean: number | null
  /** Null with fewer than two seeds. */
  sd: number | null
  n: number
  /** By seed, in the ablation's order; null where a seed has none. */
  seeds: (number | null)[]
}

export interface ResultRow {
  key: string
  label: string
  format: 'percent' | 'number'
  /** A control stands below what it controls. */
  isControl: boolean
  cells: ResultCell[]
}

type Line = [key: string, label: string, format?: 'number']

/** What the demo shows: scores, and beside them what they are to be measured against. */
const lines: Line[] = [
  ['retrieval/test/tr.r1', 'Text retrieval R@1'],
  ['retrieval/test/tr.r10', 'Text retrieval R@10'],
  ['retrieval/test/ir.r1', 'Image retrieval R@1'],
  ['retrieval/test/ir.r10', 'Image retrieval R@10'],
  ['vqa/test/accuracy', 'VQA accuracy'],
  ['vqa/test/accuracy.shuffledImages', '  shuffled images'],
  ['vqa/test/accuracy.majority', '  most frequent answer'],
  ['nlvr2/test/accuracy', 'NLVR2 accuracy'],
  ['nlvr2/test/accuracy.shuffledImages', '  shuffled images'],
  ['nlvr2/test/accuracy.majority', '  majority class'],
  ['snli-ve/test/accuracy', 'SNLI-VE accuracy'],
  ['snli-ve/test/accuracy.shuffledImages', '  shuffled images'],
  ['snli-ve/test/accuracy.majority', '  majority class'],
  ['pretrain/val/accuracy.itm', 'Pre-training: matching accuracy'],
  ['pretrain/val/accuracy.mvm', 'Pre-training: MVM accuracy'],
  ['pretrain/val/mvm.mostFrequent', '  most frequent codeword'],
  ['pretrain/val/codebook.used', 'Codewords used', 'number'],
  ['pretrain/val/codebook.perplexity', 'Codebook perplexity', 'number'],
]

const purityPrefix = 'pretrain/val/codebook.purity.'

export function resultRows({ cells }: AblationDetail): ResultRow[] {
  const known = new Set(cells.flatMap(({ runs }) => runs.flatMap(({ scores }) => Object.keys(scores))))
  const attributes = [...known].filter((key) => key.startsWith(purityPrefix) && !key.endsWith('.shuffled')).sort()
  const purity = attributes.flatMap((key): Line[] => [
    [key, `Codeword purity, ${key.slice(purityPrefix.length)}`],
    [`${key}.shuffled`, '  shuffled assignments'],
  ])
  return [...lines, ...purity].map(([key, label, format]) => ({
    key,
    label,
    format: format ?? 'percent',
    isControl: label.startsWith(' '),
    cells: cells.map(({ runs }) => resultCell(runs.map(({ scores }) => scores[key] ?? null))),
  }))
}

function resultCell(seeds: (number | null)[]): ResultCell {
  const found = summarize(seeds.filter((value) => value !== null))
  return { mean: found?.mean ?? null, sd: found?.sd ?? null, n: found?.n ?? 0, seeds }
}

/** `31.2 ± 0.8 (30.6, 31.8)`; an em dash where nothing was measured. */
function writeCell({ mean, sd, seeds }: ResultCell, format: ResultRow['format']): string {
  const write = (value: number | null) => (value === null ? '—' : format === 'percent' ? (100 * value).toFixed(1) : value.toFixed(1))
  if (mean === null) return '—'
  return `${write(mean)}${sd === null ? '' : ` ± ${write(sd)}`} (${seeds.map(write).join(', ')})`
}

/** The table as aligned text: mean ± standard deviation over seeds, and the single seeds. */
export function writeTable(rows: readonly ResultRow[], headings: readonly string[], chance: Record<string, number>): string {
  const body = rows.flatMap((row) => {
    const line = [row.label, ...row.cells.map((cell) => writeCell(cell, row.format))]
    const expected = chance[row.key]
    return expected === undefined ? [line] : [line, ['  chance', ...row.cells.map(() => (100 * expected).toFixed(1))]]
  })
  const table = [['', ...headings], ...body]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => (line[column] ?? '').length))) ?? []
  const write = (line: string[]) =>
    line.map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0))).join('   ')
  return table.map(write).join('\n')
}

/** Recall at k when ranks are drawn by lot. @param matches right answers among the candidates */
export function chanceRecall(k: number, matches: number, candidates: number): number {
  let missing = 1
  for (let i = 0; i < k; i += 1) missing *= Math.max(0, candidates - matches - i) / (candidates - i)
  return 1 - missing
}
