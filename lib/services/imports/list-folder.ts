import { opendir, open, stat } from 'node:fs/promises'
import path from 'node:path'
import yauzl from 'yauzl'
import { findDataPath } from './data-roots.ts'
import type { FileLook } from './recognise-file.ts'

/** A look at a folder must end soon, whatever lies in it. */
const most = { entries: 400_000, seconds: 5, depth: 8, looks: 200, headBytes: 16 * 1024, tailBytes: 4 * 1024 }

export interface ListedZip {
  path: string
  imageCount: number
  /** Whether all of its images lie unpacked in the folder too, by name. */
  isUnpacked: boolean
}

export interface ListedFolder {
  looks: FileLook[]
  zips: ListedZip[]
  /** Directly in it, by name. */
  folders: string[]
  imageCount: number
  /** False: it holds more than was looked at. */
  isWhole: boolean
  /** Whether an image of this base name, or with this number at its end, lies there or in one of the zips. */
  hasImage: (name: string | number) => boolean
}

/** Looks through a folder: counts its images, peeks into its other files. `root` is a real path; links lead to allowed folders only. */
export async function listFolder(root: string): Promise<ListedFolder> {
  const lister = new Lister(root)
  await lister.walk()
  return lister
}

class Lister implements ListedFolder {
  readonly looks: FileLook[] = []
  readonly zips: ListedZip[] = []
  readonly folders: string[] = []
  imageCount = 0
  isWhole = true
  readonly #root: string
  /** Of images that lie in the folder, and of those in zips. */
  readonly #names = new Set<string>()
  readonly #zippedNames = new Map<string, Set<string>>()
  readonly #numbers = new Set<number>()
  readonly #endsAt = Date.now() + most.seconds * 1000
  readonly #entered = new Set<string>()
  #entries = 0

  constructor(root: string) {
    this.#root = root
  }

  hasImage = (name: string | number): boolean => {
    if (typeof name === 'number') return this.#numbers.has(name)
    return this.#names.has(keyOf(name)) || [...this.#zippedNames.values()].some((names) => names.has(keyOf(name)))
  }

  async walk(): Promise<void> {
    await this.#walkFolders()
    this.folders.sort()
    for (const zip of this.zips) zip.isUnpacked = [...(this.#zippedNames.get(zip.path) ?? [])].every((name) => this.#names.has(name))
  }

  async #walkFolders(): Promise<void> {
    const waiting = ['']
    for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
      for await (const entry of await opendir(path.join(this.#root, folder))) {
        if (this.#isSpent()) return
        const name = folder === '' ? entry.name : `${folder}/${entry.name}`
        const kind = entry.isSymbolicLink() ? await this.#follow(name) : entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : null
        if (kind === 'file') await this.#file(name)
        if (kind === 'folder' && (await this.#enters(name))) waiting.push(name)
        if (kind === 'folder' && folder === '') this.folders.push(entry.name)
      }
    }
  }

  #isSpent(): boolean {
    this.#entries += 1
    if (this.#entries > most.entries || Date.now() > this.#endsAt) this.isWhole = false
    return !this.isWhole
  }

  async #follow(name: string): Promise<'file' | 'folder' | null> {
    const target = await findDataPath(path.join(this.#root, name))
    return target === null ? null : (await stat(target)).isDirectory() ? 'folder' : 'file'
  }

  async #enters(name: string): Promise<boolean> {
    const target = await findDataPath(path.join(this.#root, name))
    if (target === null || name.split('/').length > most.depth || this.#entered.has(target)) return false
    this.#entered.add(target)
    return true
  }

  async #file(name: string): Promise<void> {
    if (isImage(name)) this.#image(name)
    else if (/\.zip$/i.test(name)) await this.#zip(name)
    else if (/\.(json|jsonl|ndjson|token|txt|csv|lst|gz)$/i.test(name)) await this.#look(name)
  }

  async #zip(name: string): Promise<void> {
    const names = new Set<string>()
    this.#zippedNames.set(name, names)
    this.zips.push({ path: name, imageCount: await this.#countZipped(name, names), isUnpacked: false })
  }

  #image(name: string): void {
    this.imageCount += 1
    this.#know(name, this.#names)
  }

  #know(name: string, names: Set<string>): void {
    const key = keyOf(name)
    names.add(key)
    const digits = /(\d{1,15})\.[a-z]+$/.exec(key)?.[1]
    if (digits !== undefined) this.#numbers.add(Number(digits))
  }

  async #countZipped(name: string, names: Set<string>): Promise<number> {
    let count = 0
    const zip = await yauzl.openPromise(path.join(this.#root, name), { lazyEntries: true, autoClose: false }).catch(() => null)
    if (!zip) return 0
    try {
      for await (const { fileName } of zip.eachEntry()) {
        if (this.#isSpent()) return count
        if (!isImage(fileName)) continue
        count += 1
        this.#know(fileName, names)
      }
    } catch {
      // A bad entry ends the look; the import says what is wrong with it.
    } finally {
      zip.close()
    }
    return count
  }

  async #look(name: string): Promise<void> {
    if (this.looks.length >= most.looks) {
      this.isWhole = false
      return
    }
    const handle = await open(path.join(this.#root, name), 'r').catch(() => null)
    if (!handle) return
    try {
      const { size } = await handle.stat()
      const head = await handle.read(Buffer.alloc(most.headBytes), 0, most.headBytes, 0)
      const tail = await handle.read(Buffer.alloc(most.tailBytes), 0, most.tailBytes, Math.max(0, size - most.tailBytes))
      const text = ({ buffer, bytesRead }: typeof head) => textOf(buffer.subarray(0, bytesRead))
      this.looks.push({ path: name, sizeBytes: size, head: text(head), tail: text(tail) })
    } finally {
      await handle.close()
    }
  }
}

const isImage = (name: string) => /\.(jpe?g|png|webp|gif)$/i.test(name)
const keyOf = (name: string) => name.slice(name.lastIndexOf('/') + 1).normalize('NFC').toLowerCase() // prettier-ignore
const textOf = (bytes: Buffer) => (bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString('utf16le') : bytes.toString('utf8'))
