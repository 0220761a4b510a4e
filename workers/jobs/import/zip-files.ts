import { buffer } from 'node:stream/consumers'
import yauzl from 'yauzl'
import type { Entry, ZipFile } from 'yauzl'
import type { FileEntry, FileSet, FoundFault } from './file-set.ts'
import { fileLimits } from './file-set.ts'

/** Files of a zip, read in place: nothing is unpacked, and no name of an entry becomes a path. */
export async function openZip(zipPath: string): Promise<FileSet> {
  // Names are checked here, entry by entry: the library would end the whole file at the first bad one.
  const zip = await yauzl.openPromise(zipPath, { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true })
  const files: FileEntry[] = []
  const faults: FoundFault[] = []
  try {
    if (zip.entryCount > fileLimits.files) throw new Error(`it has ${zip.entryCount} entries, more than ${fileLimits.files}`)
    for await (const entry of zip.eachEntry()) {
      const name = nameOf(entry)
      const fault = faultOf(name, entry)
      if (fault) faults.push(fault)
      else if (!name.endsWith('/')) files.push({ path: name, read: () => readEntry(zip, entry) })
    }
  } catch (error) {
    zip.close()
    throw error
  }
  return { files, faults, close: () => zip.close() }
}

function nameOf(entry: Entry): string {
  // Without decoding by the library the name is bytes, whatever its type says.
  return yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileName as unknown as Buffer, entry.extraFields, false)
}

function faultOf(name: string, entry: Entry): FoundFault | null {
  const escapes = /^([/\\]|[a-z]:)/i.test(name) || name.split(/[/\\]/).includes('..') || name.includes('\0')
  if (escapes) return { code: 'path-escape', place: name, reason: 'the name leaves the archive: refused' }
  if (entry.isEncrypted()) return { code: 'zip-encrypted', place: name, reason: 'the entry is encrypted' }
  if (entry.uncompressedSize > fileLimits.bytes)
    return { code: 'file-size', place: name, reason: `${entry.uncompressedSize} bytes, more than ${fileLimits.bytes}` }
  const isSuspicious = entry.uncompressedSize > 1024 * 1024 && entry.uncompressedSize > entry.compressedSize * fileLimits.ratio
  if (isSuspicious) return { code: 'zip-ratio', place: name, reason: `unpacks to more than ${fileLimits.ratio} times its size` }
  return null
}

/** The library stops the stream where an entry has more bytes than it says. */
async function readEntry(zip: ZipFile, entry: Entry): Promise<Buffer> {
  return buffer(await zip.openReadStreamPromise(entry))
}
