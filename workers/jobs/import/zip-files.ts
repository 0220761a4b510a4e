import { crc32 } from 'node:zlib'
import yauzl from 'yauzl'
import type { Entry } from 'yauzl'
import type { ImageLocation } from '#lib/services/datasets/image-location'
import { readZipEntry } from '#lib/services/datasets/read-zip-entry'
import type { FileEntry, FileSet, FoundFault } from './file-set.ts'
import { fileLimits } from './file-set.ts'

/** A zip below a data root, or an uploaded one, and its file. */
export interface ZipSource {
  file: string
  place: { zip: string } | { artifact: string }
}

/** Files of a zip, read in place: nothing is unpacked, and no name of an entry becomes a path. */
export async function openZip(source: ZipSource, signal: AbortSignal): Promise<FileSet> {
  // Names are checked here, entry by entry: the library would end the whole file at the first bad one.
  const zip = await yauzl.openPromise(source.file, { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true })
  const files: FileEntry[] = []
  const faults: FoundFault[] = []
  try {
    if (zip.entryCount > fileLimits.files) throw new Error(`it has ${zip.entryCount} entries, more than ${fileLimits.files}`)
    for await (const entry of zip.eachEntry()) {
      signal.throwIfAborted()
      const name = nameOf(entry)
      const fault = faultOf(name, entry)
      if (fault) faults.push(fault)
      else if (!name.endsWith('/')) files.push(new ZippedFile(name, entry, source))
    }
  } finally {
    zip.close()
  }
  return { files, faults }
}

class ZippedFile implements FileEntry {
  readonly path: string
  isUsed = false
  readonly #source: ZipSource
  readonly #offset: number
  readonly #packedBytes: number
  readonly #isDeflated: boolean
  readonly #sizeBytes: number
  readonly #crc: number

  constructor(name: string, entry: Entry, source: ZipSource) {
    this.path = name
    this.#source = source
    this.#offset = entry.relativeOffsetOfLocalHeader
    this.#packedBytes = entry.compressedSize
    this.#isDeflated = entry.compressionMethod === 8
    this.#sizeBytes = entry.uncompressedSize
    this.#crc = entry.crc32
  }

  async read(): Promise<Buffer> {
    const bytes = await readZipEntry(this.#source.file, this.#place(), this.#sizeBytes)
    if (bytes.length !== this.#sizeBytes || crc32(bytes) !== this.#crc) throw new Error('the archive is damaged there')
    return bytes
  }

  locate(): ImageLocation {
    return { ...this.#source.place, ...this.#place() }
  }

  #place() {
    return { entry: this.path, offset: this.#offset, packedBytes: this.#packedBytes, isDeflated: this.#isDeflated }
  }
}

function nameOf(entry: Entry): string {
  // Without decoding by the library the name is bytes, whatever its type says.
  return yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileName as unknown as Buffer, entry.extraFields, false)
}

function faultOf(name: string, entry: Entry): FoundFault | null {
  const escapes = /^([/\\]|[a-z]:)/i.test(name) || name.split(/[/\\]/).includes('..') || name.includes('\0')
  if (escapes) return { code: 'path-escape', place: name, reason: 'the name leaves the archive: refused' }
  if (entry.isEncrypted()) return { code: 'zip-encrypted', place: name, reason: 'the entry is encrypted' }
  if (![0, 8].includes(entry.compressionMethod))
    return { code: 'zip-method', place: name, reason: `it is packed by method ${entry.compressionMethod}; only deflate is read` }
  if (Math.max(entry.uncompressedSize, entry.compressedSize) > fileLimits.bytes)
    return { code: 'file-size', place: name, reason: `${entry.uncompressedSize} bytes, more than ${fileLimits.bytes}` }
  const isSuspicious = entry.uncompressedSize > 1024 * 1024 && entry.uncompressedSize > entry.compressedSize * fileLimits.ratio
  if (isSuspicious) return { code: 'zip-ratio', place: name, reason: `unpacks to more than ${fileLimits.ratio} times its size` }
  return null
}
