import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { env } from './env.ts'
import { LabError, notFound } from './errors.ts'

/**
 * The content-addressed file store: a file is named by the sha256 of its bytes, written once, never changed.
 * Digests are the only names that reach the file system.
 */
const digestPattern = /^[0-9a-f]{64}$/

export interface StoredArtifact {
  digest: string
  sizeBytes: number
}

function root(): string {
  return path.join(env().dataDir, 'artifacts')
}

export function artifactPath(digest: string): string {
  if (!digestPattern.test(digest)) throw notFound('The artifact')
  return path.join(root(), digest.slice(0, 2), digest)
}

/** Stores bytes durably: on disk and synced before the digest is returned. Storing the same bytes again is free. */
export async function putArtifact(bytes: Uint8Array | Readable, maximumBytes = Infinity): Promise<StoredArtifact> {
  const incoming = path.join(root(), 'incoming')
  await mkdir(incoming, { recursive: true })
  const temporary = path.join(incoming, randomUUID())
  try {
    const stored = await writeHashed(temporary, bytes, maximumBytes)
    const target = artifactPath(stored.digest)
    await mkdir(path.dirname(target), { recursive: true })
    await rename(temporary, target)
    await syncDirectory(path.dirname(target))
    return stored
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Gives a file that lies in the data directory already, and is synced, its place in the store; the file keeps its name too. */
export async function adoptArtifact(file: string): Promise<StoredArtifact> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    sizeBytes += chunk.length
  }
  const digest = hash.digest('hex')
  const target = artifactPath(digest)
  await mkdir(path.dirname(target), { recursive: true })
  await link(file, target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await syncDirectory(path.dirname(target))
  return { digest, sizeBytes }
}

/**
 * Stores many small files at once, as durably as `putArtifact`: every file is synced before it gets its name, and each folder once
 * a batch. Bytes that are stored already are not written again. @returns digests in the order of the files
 */
export async function putArtifacts(files: readonly Uint8Array[]): Promise<string[]> {
  const digests = files.map((bytes) => createHash('sha256').update(bytes).digest('hex'))
  const fresh = new Map(digests.map((digest, i) => [digest, files[i] as Uint8Array]))
  await Promise.all([...fresh.keys()].map(async (digest) => (await hasArtifact(digest)) && fresh.delete(digest)))
  const incoming = path.join(root(), 'incoming')
  await mkdir(incoming, { recursive: true })
  const folders = new Set([...fresh.keys()].map((digest) => path.dirname(artifactPath(digest))))
  await Promise.all([...folders].map((folder) => mkdir(folder, { recursive: true })))
  await Promise.all([...fresh].map(([digest, bytes]) => writeNamed(incoming, digest, bytes)))
  await Promise.all([...folders].map(syncDirectory))
  return digests
}

async function writeNamed(incoming: string, digest: string, bytes: Uint8Array): Promise<void> {
  const temporary = path.join(incoming, randomUUID())
  try {
    await writeHashed(temporary, bytes, Infinity)
    await rename(temporary, artifactPath(digest))
  } finally {
    await rm(temporary, { force: true })
  }
}

async function writeHashed(file: string, bytes: Uint8Array | Readable, maximumBytes: number): Promise<StoredArtifact> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  const handle = await open(file, 'wx', 0o640)
  try {
    for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) {
      sizeBytes += chunk.length
      if (sizeBytes > maximumBytes) throw new LabError('too-large', `The file is larger than ${maximumBytes} bytes.`)
      hash.update(chunk)
      await handle.writeFile(chunk)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { digest: hash.digest('hex'), sizeBytes }
}

/** Makes new names in a folder last. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export async function readArtifact(digest: string): Promise<Buffer> {
  try {
    return await readFile(artifactPath(digest))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw notFound('The artifact')
    throw error
  }
}

export function streamArtifact(digest: string): Readable {
  return createReadStream(artifactPath(digest))
}

export async function hasArtifact(digest: string): Promise<boolean> {
  return stat(artifactPath(digest)).then(
    () => true,
    () => false,
  )
}

/** Only for bytes that no row refers to any more. */
export async function removeArtifact(digest: string): Promise<void> {
  await rm(artifactPath(digest), { force: true })
}

/** Null when it is not there. */
export async function artifactSize(digest: string): Promise<number | null> {
  return stat(artifactPath(digest)).then(
    ({ size }) => size,
    () => null,
  )
}
