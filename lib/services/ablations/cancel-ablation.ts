import { z } from 'zod'
import { announce } from '#lib/events'
import { notFound } from '#lib/errors'
import { audit, permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { cancelStages } from '../stages/cancel-stages.ts'
import { removeArtifacts } from '../stages/release-artifacts.ts'

export const CancelAblationInput = z.strictObject({ id: z.uuid() })
export type CancelAblationInput = z.infer<typeof CancelAblationInput>

/** Cancels every run of an ablation. Stages that a live run of another ablation needs go on; what is finished stays. */
export async function cancelAblation(ctx: Context, input: CancelAblationInput): Promise<void> {
  permit(ctx, 'editor')
  const { id } = parseInput(CancelAblationInput, input)
  const unused = await ctx.db.$transaction(async (tx) => {
    const now = ctx.now()
    const ablation = await tx.ablation.findUnique({ where: { id }, select: { canceledAt: true } })
    if (!ablation) throw notFound('The ablation')
    if (ablation.canceledAt !== null) return []
    await tx.ablation.update({ where: { id }, data: { canceledAt: now } })
    await tx.run.updateMany({ where: { ablationId: id, canceledAt: null }, data: { canceledAt: now } })
    const stages = await tx.runStage.findMany({ where: { run: { ablationId: id } }, select: { stageId: true }, distinct: ['stageId'] })
    const { topics, unused } = await cancelStages(
      ctx,
      tx,
      stages.map(({ stageId }) => stageId),
    )
    await audit(tx, ctx, { action: 'ablation.cancel', subjectType: 'ablation', subjectId: id })
    await announce(tx, [`ablation:${id}`, 'queue', ...topics])
    return unused
  })
  await removeArtifacts(unused)
}
