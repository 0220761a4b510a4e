import { tickDigits, valueAxis } from './axis'
import type { ValueAxis } from './axis'
import { smooth, thin } from './curves'
import type { CurveSeries, Points } from './curves'

export interface CurvePanel {
  series: CurveSeries[]
  axis: ValueAxis | null
  digits: number
  summary: string
}

/** Points a line keeps on screen: more than pixels would carry nothing. */
const drawnPoints = 500
const smoothWeight = 0.9
/** This share of the values at the far ends may leave the picture: a first step's loss would flatten everything after it. */
const outlierShare = 0.01

interface CurveOptions {
  title: string
  isSmooth: boolean
  format: 'percent' | 'number'
  write: (value: number) => string
}

/** What a chart of these series shows: smoothed and thinned lines, the value axis, and the same in words. */
export function curvePanel(series: readonly CurveSeries[], { title, isSmooth, format, write }: CurveOptions): CurvePanel {
  const drawn = series
    .filter(({ points }) => points.length > 0)
    .map((one) => ({ ...one, points: thin(isSmooth ? smooth(one.points, smoothWeight) : one.points, drawnPoints) }))
  const bounds = format === 'percent' ? { lowest: 0, highest: 1 } : {}
  const axis = valueAxis(withoutOutliers(drawn.flatMap(({ points }) => points.map(([, value]) => value))), bounds)
  const scale = format === 'percent' ? 100 : 1
  const digits = axis ? tickDigits({ ...axis, ticks: axis.ticks.map((tick) => scale * tick) }) : 0
  return { series: drawn, axis, digits, summary: summaryOf(title, series, write) }
}

function withoutOutliers(values: number[]): number[] {
  const cut = Math.floor(values.length * outlierShare)
  return cut === 0 ? values : values.toSorted((a, b) => a - b).slice(cut, values.length - cut)
}

function summaryOf(title: string, series: readonly CurveSeries[], write: (value: number) => string): string {
  const found = series.flatMap(({ label, points }) => {
    const first = points[0]
    const last = points.at(-1)
    return first && last ? [`${label} from ${write(first[1])} at step ${first[0]} to ${write(last[1])} at step ${last[0]}`] : []
  })
  return found.length === 0 ? `${title}: nothing recorded yet.` : `${title}. ${found.join('; ')}.`
}

/** About `most` steps that stand in a table for a curve, rising. */
export function tableSteps(series: readonly CurveSeries[], most: number): number[] {
  const steps = [...new Set(series.flatMap(({ points }) => points.map(([step]) => step)))].sort((a, b) => a - b)
  return thin(
    steps.map((step): Points[number] => [step, 0]),
    most,
  ).map(([step]) => step)
}
