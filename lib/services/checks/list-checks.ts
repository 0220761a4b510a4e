import { z } from 'zod'
import type { Status } from '#lib/generated/prisma/enums'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'

export const ListChecksInput = z.strictObject({ versionId: z.uuid(), limit: z.int().min(1).max(100).default(20) })

/** The newest checks of a version, the newest first. */
export async function listChecks(
  ctx: Context,
  input: z.input<typeof ListChecksInput>,
): Promise<{ checks: { id: string; status: Status; createdAt: Date }[] }> {
  permit(ctx, 'viewer')
  const { versionId, limit } = parseInput(ListChecksInput, input)
  const checks = await ctx.db.datasetCheck.findMany({
    where: { versionId },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit,
    select: { id: true, status: true, createdAt: true },
  })
  return { checks }
}
