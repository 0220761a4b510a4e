import type { Db, Tx } from '#lib/db'
import { notFound } from '#lib/errors'
import { actorId } from '../context.ts'
import type { Context } from '../context.ts'
import { uploadFileSize } from './upload-file.ts'

/** The largest upload; larger archives are put on the server and named by their path. */
export const uploadLimitBytes = 64 * 1024 ** 3
/** A part is held in memory until it is on the disk. */
export const partLimitBytes = 8 * 1024 ** 2
/** So long nobody has to come back to an upload. */
export const keptDays = 7

export interface UploadView {
  id: string
  name: string
  sizeBytes: number
  /** The next part begins here. */
  receivedBytes: number
  /** Names the file in an import, once it is whole. */
  digest: string | null
  partLimitBytes: number
}

export type UploadRow = Omit<UploadView, 'partLimitBytes' | 'sizeBytes' | 'receivedBytes'> & { sizeBytes: bigint; receivedBytes: bigint }

export const uploadSelect = { id: true, name: true, sizeBytes: true, receivedBytes: true, digest: true } as const

/** Nobody sees or continues another member's upload. */
export async function findOwnUpload(ctx: Context, db: Db | Tx, id: string): Promise<UploadRow> {
  const found = await db.upload.findFirst({ where: { id, authorId: actorId(ctx) ?? '' }, select: uploadSelect })
  if (!found) throw notFound('The upload')
  return found
}

/** What was acknowledged is on the disk; should a restored disk hold less, that is where the upload goes on. */
export async function toUploadView({ sizeBytes, receivedBytes, ...row }: UploadRow): Promise<UploadView> {
  const size = Number(sizeBytes)
  const received = row.digest === null ? Math.min(Number(receivedBytes), await uploadFileSize(row.id)) : size
  return { ...row, sizeBytes: size, receivedBytes: received, partLimitBytes }
}
