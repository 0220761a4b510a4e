import { writeScore } from '#lib/services/evaluations/score-catalog'
import type { ScoreInfo } from '#lib/services/evaluations/score-catalog'
import type { StageKind } from '#lib/soho/config'
import { summarize } from '#lib/stats/summary'
import type { Interval } from '#lib/stats/summary'
import { catalogOf, controlsOf, seedValues, testKey } from './ablation-scores'
import type { ScoredCell, SeedValue } from './ablation-scores'
import { valueAxis } from './axis'
import type { ValueAxis } from './axis'
import { seriesLook } from './series'

/** One cell's place in a panel: mean, interval and every seed. */
export interface PanelMark {
  /** Position on the category axis. */
  x: number
  cellIndex: number
  cellLabel: string
  scoreLabel: string
  color: string
  n: number
  mean: number
  sd: number | null
  interval: Interval | null
  seeds: SeedValue[]
}
export interface PanelReference {
  label: string
  value: number
}
/** One small chart. Without a value it has no axis, and says so. */
export interface ScorePanel {
  key: string
  title: string
  groups: { label: string; x: number }[]
  /** First and last position of the category axis. */
  range: [number, number]
  marks: PanelMark[]
  references: PanelReference[]
  axis: ValueAxis | null
  summary: string
}

const layout: { key: string; title: string; task: StageKind; names: string[] }[] = [
  { key: 'tr', title: 'Text retrieval', task: 'retrieval', names: ['tr.r1', 'tr.r5', 'tr.r10'] },
  { key: 'ir', title: 'Image retrieval', task: 'retrieval', names: ['ir.r1', 'ir.r5', 'ir.r10'] },
  { key: 'vqa', title: 'VQA accuracy', task: 'vqa', names: ['accuracy'] },
  { key: 'nlvr2', title: 'NLVR2 accuracy', task: 'nlvr2', names: ['accuracy'] },
  { key: 'snli-ve', title: 'SNLI-VE accuracy', task: 'snli-ve', names: ['accuracy'] },
]

/** Small charts of the test splits, one a task (retrieval: one a direction), all with the same cells in the same order and colours. */
export function scorePanels(cells: readonly ScoredCell[], kinds: readonly StageKind[]): ScorePanel[] {
  return layout
    .filter(({ task }) => kinds.includes(task))
    .map(({ key, title, task, names }) => {
      const scores = catalogOf([task]).scores.filter(({ name }) => names.includes(name))
      return panel({ key, title, scores }, cells)
    })
}

function panel({ key, title, scores }: { key: string; title: string; scores: ScoreInfo[] }, cells: readonly ScoredCell[]): ScorePanel {
  // Groups of cells with a gap of one place between them.
  const width = cells.length + 1
  const groups = scores.map((score, i) => ({ label: score.short.replace(/^[TI]R /, ''), x: i * width + (cells.length - 1) / 2 }))
  const marks = scores.flatMap((score, i) => cells.flatMap((cell, c) => mark(score, cell, i * width + c) ?? []))
  const references = scores.length === 1 && scores[0] ? referencesOf(scores[0], cells) : []
  const shown = marks.flatMap(({ seeds, interval }) => [
    ...seeds.map(({ value }) => value),
    ...(interval ? [interval.low, interval.high] : []),
  ])
  return {
    key,
    title,
    groups: scores.length > 1 ? groups : cells.map(({ label }, c) => ({ label, x: c })),
    range: [-0.75, scores.length * width - 1.25],
    marks,
    references,
    axis: marks.length === 0 ? null : valueAxis([...shown, ...references.map(({ value }) => value)], { lowest: 0, highest: 1 }),
    summary: summaryOf(title, marks, references),
  }
}

function mark(score: ScoreInfo, cell: ScoredCell, x: number): PanelMark | null {
  const seeds = seedValues(cell, testKey(score))
  const summary = summarize(seeds.map(({ value }) => value))
  if (summary === null) return null
  const own = { x, cellIndex: cell.index, cellLabel: cell.label, scoreLabel: score.short, color: seriesLook(cell.index).color }
  return { ...own, ...summary, interval: summary.interval && clip(summary.interval), seeds }
}

/** A share cannot leave 0 to 1, whatever t says. */
const clip = ({ low, high }: Interval): Interval => ({ low: Math.max(0, low), high: Math.min(1, high) })

/** Controls as lines: the mean over every run that has one. */
function referencesOf(score: ScoreInfo, cells: readonly ScoredCell[]): PanelReference[] {
  return controlsOf(score).flatMap((control) => {
    const found = summarize(cells.flatMap((cell) => seedValues(cell, testKey(control)).map(({ value }) => value)))
    return found === null ? [] : [{ label: controlLabel(control.name), value: found.mean }]
  })
}

function controlLabel(name: string): string {
  if (name.endsWith('.shuffledImages')) return 'shuffled images'
  return name.endsWith('.majority') ? 'majority' : 'chance'
}

function summaryOf(title: string, marks: readonly PanelMark[], references: readonly PanelReference[]): string {
  if (marks.length === 0) return `${title}: no scores yet.`
  const written = marks.map(({ cellLabel, scoreLabel, mean, sd, n }) => {
    const spread = sd === null ? '' : ` ± ${writeScore(sd, 'percent')}`
    return `${cellLabel}, ${scoreLabel}: ${writeScore(mean, 'percent')}${spread} (n = ${n})`
  })
  const controls = references.map(({ label, value }) => `${label}: ${writeScore(value, 'percent')}`)
  return `${title}, per cent. ${[...written, ...controls].join('; ')}.`
}
