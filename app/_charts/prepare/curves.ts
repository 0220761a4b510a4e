/** A recorded series: [step, value], steps rising. */
export type Points = [step: number, value: number][]

export interface CurveSeries {
  id: string
  label: string
  color: string
  dash?: string | undefined
  points: Points
}

/** Points of one step in one row, as the drawing library wants them: `{ step, <series id>: value }`. */
export type CurveRow = { step: number } & Record<string, number>

/** Steps of all series, rising; a series without a point at a step leaves its place empty. */
export function curveRows(series: readonly CurveSeries[]): CurveRow[] {
  const rows = new Map<number, CurveRow>()
  for (const { id, points } of series) {
    for (const [step, value] of points) {
      const row = rows.get(step) ?? { step }
      row[id] = value
      rows.set(step, row)
    }
  }
  return [...rows.values()].sort((a, b) => a.step - b.step)
}

/** Keeps at most `most` points, evenly, always the first and the last. */
export function thin(points: Points, most: number): Points {
  if (points.length <= most || most < 2) return points
  const stride = (points.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, i) => points[Math.round(i * stride)] as [number, number])
}

/** Moving average that forgets by `weight` a point, without the pull towards zero at the start. */
export function smooth(points: Points, weight: number): Points {
  let sum = 0
  let total = 0
  return points.map(([step, value]) => {
    sum = weight * sum + (1 - weight) * value
    total = weight * total + (1 - weight)
    return [step, sum / total]
  })
}

/** The point nearest to a step; null where the series is further away than `within`. */
export function nearest(points: Points, step: number, within: number): [number, number] | null {
  let low = 0
  let high = points.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((points[middle]?.[0] ?? 0) < step) low = middle + 1
    else high = middle
  }
  const candidates = [points[low - 1], points[low]].filter((point) => point !== undefined)
  const best = candidates.toSorted((a, b) => Math.abs(a[0] - step) - Math.abs(b[0] - step))[0]
  return best && Math.abs(best[0] - step) <= within ? best : null
}

/** Later points replace earlier ones of the same step: a repeated attempt records steps again. */
export function joinPoints(known: Points, fresh: Points): Points {
  const first = fresh[0]?.[0]
  if (first === undefined) return known
  const freshSteps = new Set(fresh.map(([step]) => step))
  const kept = known.filter(([step]) => step < first || !freshSteps.has(step))
  const joined = [...kept, ...fresh]
  return (kept.at(-1)?.[0] ?? -1) < first ? joined : joined.sort((a, b) => a[0] - b[0])
}
