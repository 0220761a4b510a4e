import type { ImageRef } from '#lib/formats/record'
import type { FileEntry } from './file-set.ts'

export type Found = { entry: FileEntry; misplaced: string | null } | { fault: { code: string; reason: string } }

/**
 * Finds the file of an image: by its path, then by its base name (also in another case), then by the number at the end of the name.
 * Built once; names are compared, never opened.
 */
export class ImageIndex {
  readonly #paths = new Map<string, FileEntry>()
  readonly #names = new Map<string, FileEntry[]>()
  readonly #numbers = new Map<number, FileEntry[]>()
  readonly #used = new Set<FileEntry>()
  readonly #imageFiles = new Set<FileEntry>()

  constructor(files: readonly FileEntry[]) {
    for (const file of files) {
      const name = nameKey(file.path)
      if (/\.(jpe?g|png|webp|gif)$/.test(name)) this.#imageFiles.add(file)
      this.#paths.set(file.path.normalize('NFC'), file)
      append(this.#names, name, file)
      const number = numberOf(name)
      if (number !== null) append(this.#numbers, number, file)
    }
  }

  find(ref: ImageRef): Found {
    const found = this.#lookUp(ref)
    if ('entry' in found) this.#used.add(found.entry)
    return found
  }

  /** Image files that no record named, so far. */
  get orphanCount(): number {
    return [...this.#imageFiles].filter((file) => !this.#used.has(file)).length
  }

  #lookUp({ candidates, number }: ImageRef): Found {
    for (const candidate of candidates) {
      const entry = this.#paths.get(candidate.normalize('NFC'))
      if (entry) return { entry, misplaced: null }
    }
    for (const candidate of candidates) {
      const named = this.#names.get(nameKey(candidate))
      if (named) return choose(named, candidates)
    }
    const numbered = number === undefined ? undefined : this.#numbers.get(number)
    if (numbered) return choose(numbered, candidates)
    return {
      fault: { code: 'image-missing', reason: `no file ${candidates[0] ?? ''}: the record is taken, without its image it is not used` },
    }
  }
}

const nameKey = (path: string) =>
  path
    .slice(path.lastIndexOf('/') + 1)
    .normalize('NFC')
    .toLowerCase()

function numberOf(name: string): number | null {
  const digits = /(\d{1,15})\.[a-z]+$/.exec(name)?.[1]
  return digits === undefined ? null : Number(digits)
}

function append<K>(map: Map<K, FileEntry[]>, key: K, file: FileEntry): void {
  const known = map.get(key)
  if (known) known.push(file)
  else map.set(key, [file])
}

/** Of several files of one name, the one whose folder a candidate names; one that lies elsewhere is used and said. */
function choose(files: FileEntry[], candidates: string[]): Found {
  const inFolder = files.filter((file) =>
    candidates.some((candidate) => candidate.includes('/') && `/${file.path}`.endsWith(`/${candidate}`)),
  )
  const [first, second] = inFolder.length > 0 ? inFolder : files
  if (!first) return { fault: { code: 'image-missing', reason: 'no such file' } }
  if (second) return { fault: { code: 'image-ambiguous', reason: `two files of that name: ${first.path} and ${second.path}` } }
  return { entry: first, misplaced: inFolder.length > 0 ? null : wrongFolder(first.path, candidates[0] ?? '') }
}

/** Numbered folders mean something; an archive that is simply flat does not. */
function wrongFolder(found: string, wanted: string): string | null {
  const folderOf = (path: string) => path.split('/').at(-2) ?? ''
  const [actual, named] = [folderOf(found), folderOf(wanted)]
  return /^\d+$/.test(actual) && /^\d+$/.test(named) && actual !== named
    ? `folder ${named} does not hold ${wanted.split('/').at(-1)}: found in ${found}`
    : null
}
