import { z } from 'zod'
import { hasArtifact } from '#lib/artifacts'
import { invalid, LabError } from '#lib/errors'
import { WeightsError } from '#lib/soho/weights/weights-error'
import { actorId, audit, permit } from '../context.ts'
import type { Context } from '../context.ts'
import { storableText } from '../imports/storable.ts'
import { storeBody } from '../imports/store-upload.ts'
import type { StoreUploadInput } from '../imports/store-upload.ts'
import { parseInput } from '../parse-input.ts'
import { inspectWeightFile } from './inspect-weight-file.ts'
import type { InspectedFile } from './inspect-weight-file.ts'
import { toWeightFileView, weightFileSelect } from './weight-file-view.ts'
import type { WeightFileView } from './weight-file-view.ts'

/** BERT-large in F32 has 1.3 GB. */
export const weightFileLimitBytes = 2 * 1024 ** 3

export const RegisterWeightFileInput = z.strictObject({
  /** What the lab calls it. */
  name: z.string().trim().min(1, 'Give the file a name.').max(120).transform(storableText),
  /** What its owner calls it, for messages. */
  fileName: z.string().max(255).optional(),
})
export type RegisterWeightFileInput = z.input<typeof RegisterWeightFileInput> & StoreUploadInput

/**
 * Takes in a file of weights (safetensors) or word pieces (vocab.txt), streamed to the store and looked at on its way. Its content is its
 * identity: a file that is known already is answered with its first name.
 */
export async function registerWeightFile(
  ctx: Context,
  { body, declaredBytes, ...rest }: RegisterWeightFileInput,
): Promise<{ file: WeightFileView; isNew: boolean }> {
  permit(ctx, 'editor')
  const { name, fileName = name } = parseInput(RegisterWeightFileInput, rest)
  let found: InspectedFile | null = null
  const look = (chunks: AsyncGenerator<Uint8Array>) => inspectWeightFile(chunks, fileName, (inspected) => (found = inspected))
  const stored = await storeBody({ body, declaredBytes }, weightFileLimitBytes, look).catch((error: unknown) => {
    throw error instanceof WeightsError ? invalid(error.message, { file: error.message }) : error
  })
  return createRow(ctx, { name, digest: stored.digest, sizeBytes: stored.sizeBytes, ...(found as unknown as InspectedFile) })
}

type Row = { name: string; digest: string; sizeBytes: number } & InspectedFile

async function createRow(ctx: Context, { digest, summary, ...row }: Row): Promise<{ file: WeightFileView; isNew: boolean }> {
  const data = {
    ...{ ...row, digest, createdAt: ctx.now(), createdById: actorId(ctx) },
    summary: { ...summary, ignored: summary.ignored.map(storableText), extra: summary.extra.map(storableText) },
  }
  return ctx.db.$transaction(async (tx) => {
    const { count } = await tx.weightFile.createMany({ data, skipDuplicates: true })
    // Somebody may have deleted the same content between its storing and its row.
    if (!(await hasArtifact(digest))) throw new LabError('unavailable', 'The same file was being deleted: try again.')
    const file = toWeightFileView(await tx.weightFile.findUniqueOrThrow({ where: { digest }, select: weightFileSelect }))
    const isNew = count === 1
    if (isNew)
      await audit(tx, ctx, {
        action: 'weights.register',
        subjectType: 'weight file',
        subjectId: file.id,
        detail: { name: file.name, digest },
      })
    return { file, isNew }
  })
}
