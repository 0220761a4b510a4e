import { z } from 'zod'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'

export const ListPointsInput = z.strictObject({
  stageId: z.uuid(),
  /** All series where it is left out. */
  names: z.array(z.string().max(200)).max(50).optional(),
  /** Only later points: the `lastStep` of the answer before. */
  afterStep: z.int().min(-1).nullish(),
  /** Of each series; more are thinned evenly. */
  maximumPoints: z.int().min(2).max(20_000).default(1000),
})
export type ListPointsInput = z.input<typeof ListPointsInput>

export interface PointSeries {
  name: string
  points: [step: number, value: number][]
}

/** Metric points of a stage, series by series. Thinned evenly over the points; the first and the last one always stay. */
export async function listPoints(ctx: Context, input: ListPointsInput): Promise<{ series: PointSeries[]; lastStep: number | null }> {
  permit(ctx, 'viewer')
  const { stageId, names, afterStep, maximumPoints } = parseInput(ListPointsInput, input)
  const rows = await ctx.db.$queryRaw<{ name: string; step: number; value: number }[]>`
    select "name", "step", "value" from (
      select "name", "step", "value",
        row_number() over (partition by "name" order by "step") - 1 as place,
        count(*) over (partition by "name") as total
      from "MetricPoint"
      where "stageId" = ${stageId}::uuid and "step" > ${afterStep ?? -1}
        and (${names === undefined} or "name" = any(${names ?? []}::text[]))
    ) numbered
    where place = 0 or place = total - 1 or place % greatest(1, ceil(total::float8 / ${maximumPoints})::int) = 0
    order by "name", "step"`
  const series = new Map<string, PointSeries>()
  let lastStep: number | null = null
  for (const { name, step, value } of rows) {
    const found = series.get(name) ?? { name, points: [] }
    found.points.push([step, value])
    series.set(name, found)
    lastStep = Math.max(lastStep ?? step, step)
  }
  return { series: [...series.values()], lastStep }
}
