import type { ImageRef } from '#lib/formats/record'
import type { FileEntry } from './file-set.ts'

export type Found = { entry: FileEntry; misplaced: string | null } | { fault: { code: string; reason: string } }

/**
 * Finds the file of an image: by its path, then by its base name (also in another case), then by the number at the end of the name.
 * Built once; names are compared, never opened.
 */
export class ImageIndex {
  readonly #names = new Map<string, FileEntry | FileEntry[]>()
  readonly #numbers = new Map<number, FileEntry | FileEntry[]>()
  readonly #imageFiles: FileEntry[] = []

  constructor(files: readonly FileEntry[]) {
    for (const file of files) {
      const name = nameKey(file.path)
      if (/\.(jpe?g|png|webp|gif)$/.test(name)) this.#imageFiles.push(file)
      append(this.#names, name, file)
      const number = numberOf(name)
      if (number !== null) append(this.#numbers, number, file)
    }
  }

  find(ref: ImageRef): Found {
    const found = this.#lookUp(ref)
    if ('entry' in found) found.entry.isUsed = true
    return found
  }

  /** Image files that no record named, so far. */
  get orphanCount(): number {
    return this.#imageFiles.reduce((count, file) => count + (file.isUsed ? 0 : 1), 0)
  }

  #lookUp({ candidates, number }: ImageRef): Found {
    const named = candidates.map((candidate) => ({
      wanted: candidate.normalize('NFC'),
      files: [this.#names.get(nameKey(candidate)) ?? []].flat(),
    }))
    for (const { wanted, files } of named) {
      const entry = files.find((file) => file.path.normalize('NFC') === wanted)
      if (entry) return { entry, misplaced: null }
    }
    const first = named.find(({ files }) => files.length > 0)
    if (first) return choose(first.files, candidates)
    const numbered = number === undefined ? undefined : this.#numbers.get(number)
    if (numbered) return choose([numbered].flat(), candidates)
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

/** Nearly every name is alone: lists are made for the others. */
function append<K>(map: Map<K, FileEntry | FileEntry[]>, key: K, file: FileEntry): void {
  const known = map.get(key)
  if (Array.isArray(known)) known.push(file)
  else map.set(key, known === undefined ? file : [known, file])
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
