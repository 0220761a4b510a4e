import { z } from 'zod'
import { conflict, invalid, notFound } from '#lib/errors'
import { announce } from '#lib/events'
import { enqueue } from '#lib/queue'
import { actorId, audit, permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'

export const StartCheckInput = z.strictObject({
  versionId: z.uuid(),
  /** Versions whose images are compared with those of the checked one. */
  against: z.array(z.uuid()).max(20, 'Compare with at most 20 versions').default([]),
})

/** Starts a search for duplicates, leaks and faults; a worker does it. */
export async function startCheck(ctx: Context, input: z.input<typeof StartCheckInput>): Promise<{ id: string; datasetId: string }> {
  permit(ctx, 'editor')
  const { versionId, against } = parseInput(StartCheckInput, input)
  const others = [...new Set(against)].filter((id) => id !== versionId)
  return ctx.db.$transaction(async (tx) => {
    const version = await tx.datasetVersion.findUnique({ where: { id: versionId }, select: { datasetId: true } })
    if (!version) throw notFound('The version')
    // Two requests for the same version come one after the other here.
    await tx.$queryRaw`select 1 from "DatasetVersion" where id = ${versionId}::uuid for update`
    if ((await tx.datasetVersion.count({ where: { id: { in: others } } })) !== others.length)
      throw invalid('A version to compare with is gone.', { against: 'One of these versions is gone: choose again' })
    if ((await tx.datasetCheck.count({ where: { versionId, status: { in: ['queued', 'running'] } } })) > 0)
      throw conflict('This version is being checked already.')
    const { id } = await tx.datasetCheck.create({
      data: { versionId, against: others, phase: 'Waiting for a worker', startedById: actorId(ctx), createdAt: ctx.now() },
      select: { id: true },
    })
    await enqueue(tx, 'check-dataset', { checkId: id })
    await audit(tx, ctx, { action: 'check.create', subjectType: 'check', subjectId: id, detail: { versionId, against: others } })
    await announce(tx, [`check:${id}`, `dataset:${version.datasetId}`])
    return { id, datasetId: version.datasetId }
  })
}
