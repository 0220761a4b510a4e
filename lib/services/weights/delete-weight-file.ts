import { z } from 'zod'
import { removeArtifact } from '#lib/artifacts'
import type { Tx } from '#lib/db'
import { conflict, notFound } from '#lib/errors'
import { audit, permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'

export const DeleteWeightFileInput = z.strictObject({ id: z.uuid() })
export type DeleteWeightFileInput = z.input<typeof DeleteWeightFileInput>

/** Deletes a registered file that no run names, and its bytes unless something else has the same. */
export async function deleteWeightFile(ctx: Context, input: DeleteWeightFileInput): Promise<void> {
  permit(ctx, 'editor')
  const { id } = parseInput(DeleteWeightFileInput, input)
  await ctx.db.$transaction(async (tx) => {
    // A launch that names the file holds its row until its runs are there to be counted.
    await tx.$queryRaw`select 1 from "WeightFile" where "id" = ${id}::uuid for update`
    const file = await tx.weightFile.findUnique({ where: { id }, select: { name: true, digest: true } })
    if (!file) throw notFound('The file')
    const runs = await countRuns(tx, file.digest)
    if (runs > 0) throw conflict(`${file.name} stays: ${runs} ${runs === 1 ? 'run starts' : 'runs start'} from it.`)
    await tx.weightFile.delete({ where: { id } })
    await audit(tx, ctx, { action: 'weights.delete', subjectType: 'weight file', subjectId: id, detail: file })
    // Before the commit: who brings the same content meanwhile waits for it, and then looks whether the bytes are there.
    if (!(await isReferred(tx, file.digest))) await removeArtifact(file.digest)
  })
}

const places = [
  ['initial', 'encoder'],
  ['initial', 'text'],
  ['text', 'vocabulary'],
]

function countRuns(tx: Tx, digest: string): Promise<number> {
  return tx.run.count({ where: { OR: places.map((path) => ({ configuration: { path, equals: digest } })) } })
}

/** Whether the store's file of this digest is something else's too: a stage's weights, a checkpoint, an import's upload. */
async function isReferred(tx: Tx, digest: string): Promise<boolean> {
  const counts = await Promise.all([
    tx.stage.count({ where: { OR: [{ weightsDigest: digest }, { vocabularyDigest: digest }] } }),
    tx.checkpoint.count({ where: { digest } }),
    tx.datasetImage.count({ where: { digest } }),
  ])
  if (counts.some((count) => count > 0)) return true
  const imports = await tx.$queryRaw<unknown[]>`select 1 from "Import" where strpos("source"::text, ${digest}) > 0 limit 1`
  return imports.length > 0
}
