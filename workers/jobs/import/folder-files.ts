import { opendir, readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { isBelow } from '#lib/services/imports/data-roots'
import { fileLimits, type FileEntry, type FileSet, type FoundFault } from './file-set.ts'

/** Files below a folder. Links are followed only to what lies below it too; a folder is entered once. */
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
      const kind = entry.isSymbolicLink() ? await followLink(path.join(real, name), real) : entry.isDirectory() ? 'folder' : 'file'
      if (kind === null)
        faults.push({ code: 'path-escape', place: name, reason: 'a link that leaves the image folder or leads nowhere: refused' })
      else if (kind === 'file') files.push({ path: name, read: () => readBelow(path.join(real, name), real) })
      else if (await enters(path.join(real, name), entered)) waiting.push(name)
      if (files.length > fileLimits.files) throw new Error(`it has more than ${fileLimits.files} files`)
    }
  }
  return { files, faults, close: () => {} }
}

async function enters(folder: string, entered: Set<string>): Promise<boolean> {
  const target = await realpath(folder)
  if (entered.has(target)) return false
  entered.add(target)
  return true
}

async function followLink(link: string, root: string): Promise<'file' | 'folder' | null> {
  const target = await realpath(link).catch(() => null)
  if (target === null || !isBelow(target, root)) return null
  return (await stat(target)).isDirectory() ? 'folder' : 'file'
}

/** Looked at again when it is read: a link may have been changed since the folder was listed. */
async function readBelow(file: string, root: string): Promise<Buffer> {
  const target = await realpath(file)
  if (!isBelow(target, root)) throw new Error('it leads out of the image folder')
  const { size } = await stat(target)
  if (size > fileLimits.bytes) throw new Error(`it has ${size} bytes, more than ${fileLimits.bytes}`)
  return readFile(target)
}
