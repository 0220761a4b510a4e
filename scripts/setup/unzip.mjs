import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, rename, stat } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'

const END_OF_DIRECTORY = 0x06054b50
const DIRECTORY_ENTRY = 0x02014b50
const LOCAL_HEADER = 0x04034b50
const CHUNK_BYTES = 1 << 20

/** Reads `length` bytes at `position`; throws when the file ends before. */
async function readAt(file, position, length) {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  if (bytesRead < length) throw new Error('The archive ends too early')
  return buffer
}

/** The members of a zip archive below 4 GiB: name, compression method, sizes in bytes, offset of the local header. */
export async function listMembers(archive) {
  const file = await open(archive)
  try {
    const { size } = await file.stat()
    const tailLength = Math.min(size, 65_557)
    const tail = await readAt(file, size - tailLength, tailLength)
    let end = tail.length - 22
    while (end >= 0 && tail.readUInt32LE(end) !== END_OF_DIRECTORY) end--
    if (end < 0) throw new Error(`${archive} is not a zip archive`)
    const directory = await readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12))
    return parseDirectory(directory)
  } finally {
    await file.close()
  }
}

function parseDirectory(directory) {
  const members = []
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === DIRECTORY_ENTRY;) {
    const nameLength = directory.readUInt16LE(at + 28)
    members.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      compressedBytes: directory.readUInt32LE(at + 20),
      sizeBytes: directory.readUInt32LE(at + 24),
      headerOffset: directory.readUInt32LE(at + 42),
    })
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return members
}

/** Writes one member to `target`; the name appears only when the content is complete. */
export async function extractMember(archive, member, target) {
  if (member.method !== 0 && member.method !== 8) throw new Error(`${member.name}: unknown compression method ${member.method}`)
  const file = await open(archive)
  const header = await readAt(file, member.headerOffset, 30).finally(() => file.close())
  if (header.readUInt32LE(0) !== LOCAL_HEADER) throw new Error(`${member.name}: no local header where the directory says`)
  const start = member.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  await mkdir(path.dirname(target), { recursive: true })
  const part = `${target}.part`
  if (member.compressedBytes === 0) await pipeline([], createWriteStream(part))
  else {
    const source = createReadStream(archive, { start, end: start + member.compressedBytes - 1, highWaterMark: CHUNK_BYTES })
    const inflate = member.method === 8 ? [createInflateRaw({ chunkSize: CHUNK_BYTES })] : []
    await pipeline([source, ...inflate, createWriteStream(part)])
  }
  const { size } = await stat(part)
  if (size !== member.sizeBytes) throw new Error(`${member.name}: ${size} bytes instead of ${member.sizeBytes}`)
  await rename(part, target)
}
