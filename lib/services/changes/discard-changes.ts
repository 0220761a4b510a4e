import { z } from 'zod'
import { notFound } from '#lib/errors'
import { announce } from '#lib/events'
import { audit, permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'

/** One change, or all that wait for a version. */
export const DiscardChangesInput = z.union([z.strictObject({ id: z.uuid() }), z.strictObject({ versionId: z.uuid() })])
export type DiscardChangesInput = z.input<typeof DiscardChangesInput>

export async function discardChanges(ctx: Context, input: DiscardChangesInput): Promise<{ discarded: number }> {
  permit(ctx, 'editor')
  const where = parseInput(DiscardChangesInput, input)
  return ctx.db.$transaction(async (tx) => {
    const first = await tx.draftChange.findFirst({ where, select: { versionId: true, version: { select: { datasetId: true } } } })
    if (!first) throw notFound('The change')
    const { count } = await tx.draftChange.deleteMany({ where })
    const detail = { ...where, count }
    await audit(tx, ctx, { action: 'change.discard', subjectType: 'dataset version', subjectId: first.versionId, detail })
    await announce(tx, [`dataset:${first.version.datasetId}`])
    return { discarded: count }
  })
}
