import { statfs } from 'node:fs/promises'
import { z } from 'zod'
import { env } from '#lib/env'
import { forbidden, LabError } from '#lib/errors'
import { actorId, permit } from '../context.ts'
import type { Context } from '../context.ts'
import { newId } from '../imports/new-id.ts'
import { storableText } from '../imports/storable.ts'
import { diskFull, reserveBytes } from '../imports/store-upload.ts'
import { parseInput } from '../parse-input.ts'
import { collectUploads } from './collect-uploads.ts'
import { createUploadFile } from './upload-file.ts'
import { toUploadView, uploadLimitBytes, uploadSelect, type UploadView } from './upload-view.ts'

export const CreateUploadInput = z.strictObject({
  name: z.string().trim().min(1).max(255).transform(storableText),
  sizeBytes: z.int().min(1, 'The file is empty.'),
})

const mostOpen = 50

/** Begins an upload; its parts follow one after another. Refused where it would not fit beside the others that are under way. */
export async function createUpload(ctx: Context, input: z.input<typeof CreateUploadInput>): Promise<UploadView> {
  permit(ctx, 'editor')
  const { name, sizeBytes } = parseInput(CreateUploadInput, input)
  const authorId = actorId(ctx)
  if (authorId === null) throw forbidden('Only a member uploads; on the server itself a path is enough.')
  if (sizeBytes > uploadLimitBytes) throw new LabError('too-large', `An upload may have ${uploadLimitBytes} bytes at most.`)
  await collectUploads(ctx)
  await checkSpace(ctx, sizeBytes)
  const open = await ctx.db.upload.count({ where: { authorId, digest: null } })
  if (open >= mostOpen) throw new LabError('too-many', `You have ${open} uploads that are not finished: finish some of them first.`)
  const id = newId()
  await createUploadFile(id)
  const data = { id, name, sizeBytes, authorId, createdAt: ctx.now(), touchedAt: ctx.now() }
  return toUploadView(await ctx.db.upload.create({ data, select: uploadSelect }))
}

async function checkSpace(ctx: Context, wantedBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(env().dataDir)
  const { _sum } = await ctx.db.upload.aggregate({ where: { digest: null }, _sum: { sizeBytes: true, receivedBytes: true } })
  const promised = Number(_sum.sizeBytes ?? 0) - Number(_sum.receivedBytes ?? 0)
  if (bavail * bsize < wantedBytes + promised + reserveBytes) throw diskFull()
}
