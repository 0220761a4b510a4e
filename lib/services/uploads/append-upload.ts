import { z } from 'zod'
import { adoptArtifact } from '#lib/artifacts'
import { invalid, LabError } from '#lib/errors'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { diskFull } from '../imports/store-upload.ts'
import { parseInput } from '../parse-input.ts'
import { removeUploadFile, uploadPath, writeUploadPart } from './upload-file.ts'
import { findOwnUpload, partLimitBytes, toUploadView, type UploadView } from './upload-view.ts'

export const AppendUploadInput = z.strictObject({ id: z.uuid(), offset: z.int().min(0) })

export type AppendUploadInput = z.input<typeof AppendUploadInput> & {
  body: AsyncIterable<Uint8Array> | null
  /** Content-Length; null when the sender did not say. */
  declaredBytes: number | null
}

/**
 * Takes the next part of an upload. It is acknowledged once it is on the disk, so that no crash loses it; a part that arrives cut off is
 * not kept. The last part, or an empty one after it, makes the file an artifact.
 * @throws LabError of code conflict when it does not begin where the last part ended
 */
export async function appendUpload(ctx: Context, { body, declaredBytes, ...input }: AppendUploadInput): Promise<UploadView> {
  permit(ctx, 'editor')
  const { id, offset } = parseInput(AppendUploadInput, input)
  const part = await readPart(body, declaredBytes)
  const view = await ctx.db.$transaction((tx) => keepPart({ ...ctx, db: tx as Context['db'] }, id, offset, part), { timeout: 60_000 })
  if (view.digest !== null || view.receivedBytes < view.sizeBytes) return view
  return finish(ctx, view)
}

async function readPart(body: AppendUploadInput['body'], declaredBytes: number | null): Promise<Buffer> {
  const tooLarge = () => new LabError('too-large', `A part may have ${partLimitBytes} bytes at most.`)
  if ((declaredBytes ?? 0) > partLimitBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let received = 0
  for await (const chunk of body ?? []) {
    received += chunk.length
    if (received > partLimitBytes) throw tooLarge()
    chunks.push(chunk)
  }
  if (declaredBytes !== null && received !== declaredBytes)
    throw invalid(`The part was cut off: ${received} of ${declaredBytes} bytes arrived.`)
  return Buffer.concat(chunks)
}

/** The row is locked: of two senders of one part the second one is told where to go on. */
async function keepPart(ctx: Context, id: string, offset: number, part: Buffer): Promise<UploadView> {
  await ctx.db.$queryRaw`select 1 from "Upload" where id = ${id}::uuid for update`
  const row = await findOwnUpload(ctx, ctx.db, id)
  const view = await toUploadView(row)
  if (view.digest !== null) return view
  if (offset !== view.receivedBytes) {
    const message = `The part begins at ${offset}, but ${view.receivedBytes} bytes are here: go on from there.`
    throw new LabError('conflict', message, { receivedBytes: String(view.receivedBytes) })
  }
  const receivedBytes = offset + part.length
  if (receivedBytes > view.sizeBytes) throw invalid(`The file was announced with ${view.sizeBytes} bytes: this part goes beyond.`)
  await writeUploadPart(id, offset, part).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOSPC' ? diskFull() : error
  })
  await ctx.db.upload.update({ where: { id }, data: { receivedBytes, touchedAt: ctx.now() } })
  return { ...view, receivedBytes }
}

/** May be asked for again: the file keeps its first name until the row knows its digest. */
async function finish(ctx: Context, view: UploadView): Promise<UploadView> {
  const { digest } = await adoptArtifact(uploadPath(view.id))
  await ctx.db.upload.update({ where: { id: view.id }, data: { digest, touchedAt: ctx.now() } })
  await removeUploadFile(view.id)
  return { ...view, digest }
}
