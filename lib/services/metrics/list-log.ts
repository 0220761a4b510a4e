import { z } from 'zod'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'

export const ListLogInput = z.strictObject({
  stageId: z.uuid(),
  /** Only later lines: the last id of the answer before. Left out: the newest lines. */
  afterId: z
    .string()
    .regex(/^\d{1,18}$/)
    .nullish(),
  limit: z.int().min(1).max(1000).default(200),
})
export type ListLogInput = z.input<typeof ListLogInput>

export interface StageLogLine {
  id: string
  at: Date
  level: string
  message: string
  attempt: number
}

/** Log lines of a stage, oldest first. */
export async function listLog(ctx: Context, input: ListLogInput): Promise<{ lines: StageLogLine[] }> {
  permit(ctx, 'viewer')
  const { stageId, afterId, limit } = parseInput(ListLogInput, input)
  const rows = await ctx.db.logLine.findMany({
    where: { stageId, ...(afterId ? { id: { gt: BigInt(afterId) } } : {}) },
    orderBy: { id: afterId ? 'asc' : 'desc' },
    take: limit,
  })
  const lines = rows.map(({ id, at, level, message, attempt }) => ({ id: id.toString(), at, level, message, attempt }))
  return { lines: afterId ? lines : lines.reverse() }
}
