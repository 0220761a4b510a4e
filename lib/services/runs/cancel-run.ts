import { z } from 'zod'
import { announce } from '#lib/events'
import { notFound } from '#lib/errors'
import { audit, permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { cancelStages } from '../stages/cancel-stages.ts'
import { removeArtifacts } from '../stages/release-artifacts.ts'

export const CancelRunInput = z.strictObject({ id: z.uuid() })
export type CancelRunInput = z.infer<typeof CancelRunInput>

/** Cancels a run. Stages that another live run needs go on; what is finished stays. */
export async function cancelRun(ctx: Context, input: CancelRunInput): Promise<void> {
  permit(ctx, 'editor')
  const { id } = parseInput(CancelRunInput, input)
  const unused = await ctx.db.$transaction(async (tx) => {
    const run = await tx.run.findUnique({ where: { id }, include: { stages: { select: { stageId: true } } } })
    if (!run) throw notFound('The run')
    if (run.canceledAt !== null) return []
    await tx.run.update({ where: { id }, data: { canceledAt: ctx.now() } })
    const { topics, unused } = await cancelStages(
      ctx,
      tx,
      run.stages.map(({ stageId }) => stageId),
    )
    await audit(tx, ctx, { action: 'run.cancel', subjectType: 'run', subjectId: id })
    await announce(tx, [`run:${id}`, `ablation:${run.ablationId}`, 'queue', ...topics])
    return unused
  })
  await removeArtifacts(unused)
}
