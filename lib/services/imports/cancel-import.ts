import { z } from 'zod'
import { conflict, notFound } from '#lib/errors'
import { announce } from '#lib/events'
import { audit, permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'

export const CancelImportInput = z.strictObject({ id: z.uuid() })

/** Stops an import; nothing of it stays but its report. The worker notices at its next heartbeat, and what it still writes is refused. */
export async function cancelImport(ctx: Context, input: z.input<typeof CancelImportInput>): Promise<{ id: string }> {
  permit(ctx, 'editor')
  const { id } = parseInput(CancelImportInput, input)
  return ctx.db.$transaction(async (tx) => {
    const [canceled] = await tx.import.updateManyAndReturn({
      where: { id, status: { in: ['queued', 'running'] } },
      data: { status: 'canceled', phase: '', finishedAt: ctx.now(), fence: { increment: 1 } },
      select: { datasetId: true },
    })
    if (!canceled) {
      if (!(await tx.import.findUnique({ where: { id }, select: { id: true } }))) throw notFound('The import')
      throw conflict('The import has ended already.')
    }
    await audit(tx, ctx, { action: 'import.cancel', subjectType: 'import', subjectId: id })
    await announce(tx, [`import:${id}`, `dataset:${canceled.datasetId}`])
    return { id }
  })
}
