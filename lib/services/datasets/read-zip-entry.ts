import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { inflateRaw } from 'node:zlib'
import type { ZipLocation } from './image-location.ts'

const inflate = promisify(inflateRaw)
const headerBytes = 30
const signature = 0x04034b50

/**
 * The bytes of one entry of a zip, found by the place of its header: reading one of a hundred thousand costs no look at the others.
 * @throws Error when another entry, or none, lies there
 */
export async function readZipEntry(
  file: string,
  entry: Omit<ZipLocation, 'zip' | 'artifact'>,
  sizeBytes: number,
): Promise<Buffer<ArrayBuffer>> {
  const handle = await open(file, 'r')
  try {
    const header = await readAt(handle, entry.offset, headerBytes)
    if (header.readUInt32LE(0) !== signature) throw new Error('the archive has another content there')
    const [nameLength, extraLength] = [header.readUInt16LE(26), header.readUInt16LE(28)]
    const packed = await readAt(handle, entry.offset + headerBytes + nameLength + extraLength, entry.packedBytes)
    if (!entry.isDeflated) return packed
    return await inflate(packed, { maxOutputLength: Math.max(1, sizeBytes) })
  } finally {
    await handle.close()
  }
}

async function readAt(handle: Awaited<ReturnType<typeof open>>, position: number, length: number): Promise<Buffer<ArrayBuffer>> {
  const buffer = Buffer.allocUnsafe(length)
  const { bytesRead } = await handle.read(buffer, 0, length, position)
  if (bytesRead < length) throw new Error('the archive ends there')
  return buffer
}
