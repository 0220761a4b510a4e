import { opendir, readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import type { ImageLocation } from '#lib/services/datasets/image-location'
import { findDataPath } from '#lib/services/imports/data-roots'
import { fileLimits, type FileEntry, type FileSet, type FoundFault } from './file-set.ts'

/** Files below a folder. Links are followed only to what imports may read; a folder is entered once. */
export async function openFolder(root: string, signal: AbortSignal): Promise<FileSet> {
  const real = await realpath(root)
  const files: FileEntry[] = []
  const faults: FoundFault[] = []
  const entered = new Set<string>([real])
  const waiting = ['']
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    signal.throwIfAborted()
    for await (const entry of await opendir(path.join(real, folder))) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`
      const kind = entry.isSymbolicLink() ? await followLink(path.join(real, name)) : entry.isDirectory() ? 'folder' : 'file'
      if (kind === null)
        faults.push({ code: 'path-escape', place: name, reason: 'a link that leads out of the allowed folders or nowhere: refused' })
      else if (kind === 'file') files.push(new FolderFile(name, real))
      else if (await enters(path.join(real, name), entered)) waiting.push(name)
      if (files.length > fileLimits.files) throw new Error(`it has more than ${fileLimits.files} files`)
    }
  }
  return { files, faults }
}

/** A class, as there may be a million of them. */
class FolderFile implements FileEntry {
  readonly path: string
  isUsed = false
  readonly #root: string

  constructor(name: string, root: string) {
    this.path = name
    this.#root = root
  }

  read(): Promise<Buffer> {
    return readAllowed(path.join(this.#root, this.path))
  }

  locate(): ImageLocation {
    return { path: path.join(this.#root, this.path) }
  }
}

async function enters(folder: string, entered: Set<string>): Promise<boolean> {
  const target = await realpath(folder)
  if (entered.has(target)) return false
  entered.add(target)
  return true
}

async function followLink(link: string): Promise<'file' | 'folder' | null> {
  const target = await findDataPath(link)
  if (target === null) return null
  return (await stat(target)).isDirectory() ? 'folder' : 'file'
}

/** Looked at again when it is read: a link may have been changed since the folder was listed. */
async function readAllowed(file: string): Promise<Buffer> {
  const target = await findDataPath(file)
  if (target === null) throw new Error('it is gone, or leads out of the allowed folders')
  const { size } = await stat(target)
  if (size > fileLimits.bytes) throw new Error(`it has ${size} bytes, more than ${fileLimits.bytes}`)
  return readFile(target)
}
