import { mkdir, open, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { syncDirectory } from '#lib/artifacts'
import { env } from '#lib/env'

/** Where what has arrived of an upload lies. Ids of rows are the only names. */
export const uploadFolder = () => path.join(env().dataDir, 'uploads')
export const uploadPath = (id: string) => path.join(uploadFolder(), id)

export async function createUploadFile(id: string): Promise<void> {
  await mkdir(uploadFolder(), { recursive: true, mode: 0o700 })
  await (await open(uploadPath(id), 'wx', 0o600)).close()
  await syncDirectory(uploadFolder())
}

/** Bytes on the disk; 0 where the file is gone. */
export async function uploadFileSize(id: string): Promise<number> {
  return stat(uploadPath(id)).then(
    ({ size }) => size,
    () => 0,
  )
}

/** On the disk, not only in its cache, when this returns. */
export async function writeUploadPart(id: string, offset: number, bytes: Buffer): Promise<void> {
  const handle = await open(uploadPath(id), 'r+')
  try {
    for (let written = 0; written < bytes.length;) {
      const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, offset + written)
      written += bytesWritten
    }
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

export const removeUploadFile = (id: string) => rm(uploadPath(id), { force: true })
