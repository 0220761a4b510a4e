import { announce } from '#lib/events'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { topicsOfStage, updateHeld } from './fence.ts'
import type { AttemptRef } from './fence.ts'

export interface RecordedPoint {
  step: number
  name: string
  value: number
}
export interface RecordedProgress {
  step: number
  stepsTotal: number
  epoch: number
  itemsPerSecond: number
}
export interface RecordedLine {
  level: 'info' | 'warn'
  message: string
}

/** Durable when it returns: points (a repeated step replaces its old ones), progress and log lines of an attempt, in one transaction. */
export async function recordTraining(
  ctx: Context,
  attempt: AttemptRef,
  found: { points: RecordedPoint[]; progress: RecordedProgress | null; lines: RecordedLine[] },
): Promise<void> {
  permitSystem(ctx)
  const { stageId, number } = attempt
  const { points, progress, lines } = found
  await ctx.db.$transaction(async (tx) => {
    await updateHeld(tx, attempt, progress ?? {})
    if (points.length > 0) {
      await tx.$executeRaw`
        insert into "MetricPoint" ("stageId", "name", "step", "value", "attempt", "at")
        select ${stageId}::uuid, p.name, p.step, p.value, ${number}, now() at time zone 'utc'
        from unnest(${points.map(({ name }) => name)}::text[], ${points.map(({ step }) => step)}::int[], ${points.map(({ value }) => value)}::float8[])
          as p(name, step, value)
        on conflict ("stageId", "name", "step") do update set "value" = excluded."value", "attempt" = excluded."attempt", "at" = excluded."at"`
    }
    if (lines.length > 0) await tx.logLine.createMany({ data: lines.map((line) => ({ ...line, stageId, attempt: number, at: ctx.now() })) })
    await announce(tx, await topicsOfStage(tx, stageId))
  })
}
