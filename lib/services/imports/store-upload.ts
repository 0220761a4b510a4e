import { statfs } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { putArtifact, type StoredArtifact } from '#lib/artifacts'
import { env } from '#lib/env'
import { invalid, LabError } from '#lib/errors'

/** Left free for the database and everything else. */
export const reserveBytes = 512 * 1024 ** 2

export interface StoreUploadInput {
  body: WebStream<Uint8Array> | null
  /** Content-Length; null when the sender did not say. */
  declaredBytes: number | null
}

/**
 * Stores a request's body while there is room for it. `look` sees the bytes on their way: what it throws leaves nothing behind.
 * Whether the sender may is for the caller to decide.
 */
export async function storeBody(
  { body, declaredBytes }: StoreUploadInput,
  limitBytes: number,
  look: (chunks: AsyncGenerator<Uint8Array>) => AsyncGenerator<Uint8Array> = (chunks) => chunks,
): Promise<StoredArtifact> {
  if (!body) throw invalid('The upload is empty.')
  if ((declaredBytes ?? 0) > limitBytes) throw new LabError('too-large', `An upload may have ${limitBytes} bytes at most.`)
  await checkSpace(declaredBytes ?? 0)
  try {
    return await putArtifact(Readable.from(look(complete(Readable.fromWeb(body), declaredBytes))), limitBytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw diskFull()
    throw error
  }
}

export const diskFull = () =>
  new LabError('unavailable', 'The disk of the server is too full for this upload: free some space and try again.')

async function checkSpace(wantedBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(env().dataDir)
  if (bavail * bsize < wantedBytes + reserveBytes) throw diskFull()
}

async function* complete(chunks: AsyncIterable<Uint8Array>, declaredBytes: number | null): AsyncGenerator<Uint8Array> {
  let received = 0
  for await (const chunk of chunks) {
    received += chunk.length
    yield chunk
  }
  if (received === 0) throw invalid('The upload is empty.')
  if (declaredBytes !== null && received !== declaredBytes)
    throw invalid(`The upload was cut off: ${received} of ${declaredBytes} bytes arrived. Try again.`)
}
