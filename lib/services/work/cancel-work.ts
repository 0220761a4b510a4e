import { z } from 'zod'
import { conflict, notFound } from '#lib/errors'
import { announce } from '#lib/events'
import { audit, permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { workKinds, workTopics } from './work-claim.ts'

export const CancelWorkInput = z.strictObject({ kind: z.enum(workKinds), id: z.uuid() })

const names = { derivation: 'The making of the version', check: 'The check' }

/** Stops a derivation or a check; nothing of it stays. The worker notices at its next heartbeat, and what it still writes is refused. */
export async function cancelWork(ctx: Context, input: z.input<typeof CancelWorkInput>): Promise<{ id: string }> {
  permit(ctx, 'editor')
  const { kind, id } = parseInput(CancelWorkInput, input)
  return ctx.db.$transaction(async (tx) => {
    const where = { id, status: { in: ['queued' as const, 'running' as const] } }
    const data = { status: 'canceled' as const, phase: '', finishedAt: ctx.now(), fence: { increment: 1 } }
    const { count } = kind === 'check' ? await tx.datasetCheck.updateMany({ where, data }) : await tx.derivation.updateMany({ where, data })
    const found =
      kind === 'check'
        ? await tx.datasetCheck.findUnique({ where: { id }, select: { version: { select: { datasetId: true } } } })
        : await tx.derivation.findUnique({ where: { id }, select: { datasetId: true } })
    if (!found) throw notFound(names[kind])
    if (count === 0) throw conflict(`${names[kind]} has ended already.`)
    await audit(tx, ctx, { action: `${kind}.cancel`, subjectType: kind, subjectId: id })
    await announce(tx, workTopics({ kind, id, datasetId: 'version' in found ? found.version.datasetId : found.datasetId }))
    return { id }
  })
}
