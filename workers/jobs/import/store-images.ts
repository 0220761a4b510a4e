import { setImmediate as breathe } from 'node:timers/promises'
import { artifactPath, putArtifacts } from '#lib/artifacts'
import type { ImageRoot } from '#lib/services/imports/create-import-input'
import { resolveDataPath } from '#lib/services/imports/data-roots'
import { storableText } from '#lib/services/imports/storable'
import type { ImageRow } from '#lib/services/imports/write-version'
import type { FileEntry, FileSet } from './file-set.ts'
import { openFolder } from './folder-files.ts'
import { ImageIndex } from './image-index.ts'
import type { ImportState } from './import-state.ts'
import { checkImage, ImageFault, type CheckedImage } from './read-pixels.ts'
import type { NamedImage } from './read-records.ts'
import { openZip } from './zip-files.ts'

export interface StoredImages {
  rows: ImageRow[]
  missing: number
  orphans: number
  bytes: number
}

/** Images looked at at once, and stored in one batch. */
const batchImages = 256
const batchBytes = 64 * 1024 * 1024
const parallel = 8

/** Finds, checks and stores every image; one that is missing or damaged is reported and keeps its row without bytes. */
export async function storeImages(roots: ImageRoot[], images: ReadonlyMap<string, NamedImage>, state: ImportState): Promise<StoredImages> {
  state.begin('Listing image files', null)
  const sets = await openRoots(roots, state)
  try {
    const index = new ImageIndex(sets.flatMap((set) => set.files))
    state.begin('Checking images', images.size)
    const rows = await new ImageStore(index, state, sets.length > 0).storeAll([...images.values()])
    const missing = rows.filter((row) => row.digest === null).length
    await reportWhole(state, sets.length > 0 ? index.orphanCount : 0, roots)
    return {
      rows: rows.map(({ bytes: _bytes, ...row }) => row),
      missing,
      orphans: index.orphanCount,
      bytes: rows.reduce((sum, row) => sum + row.bytes, 0),
    }
  } finally {
    for (const set of sets) set.close()
  }
}

async function openRoots(roots: ImageRoot[], state: ImportState): Promise<FileSet[]> {
  const sets: FileSet[] = []
  const tell = (root: ImageRoot, code: string, place: string, reason: string) =>
    state.report({ severity: 'refused', code, file: root.name, place, field: null, reason, raw: null })
  for (const root of roots) {
    try {
      const set =
        root.artifact === undefined
          ? await openFolder(await resolveDataPath(root.path ?? ''), state.signal)
          : await openZip(artifactPath(root.artifact))
      for (const fault of set.faults) await tell(root, fault.code, fault.place, fault.reason)
      sets.push(set)
    } catch (error) {
      state.signal.throwIfAborted()
      await tell(root, 'images-unreadable', '', `the images cannot be read: ${(error as Error).message}`)
    }
  }
  if (sets.length === 0) {
    const reason = 'no image files were given: the texts are imported, but nothing can be trained on them'
    await state.report({ severity: 'warning', code: 'no-images', file: '', place: '', field: null, reason, raw: null })
  }
  return sets
}

async function reportWhole(state: ImportState, orphans: number, roots: ImageRoot[]): Promise<void> {
  if (orphans === 0) return
  const reason = `${orphans} image files are named by no record: left out`
  await state.report({
    severity: 'notice',
    code: 'orphan-images',
    file: roots.map(({ name }) => name).join(', '),
    place: '',
    field: null,
    reason,
    raw: null,
  })
}

type StoredRow = ImageRow & { bytes: number }
interface Checked {
  image: NamedImage
  entry: FileEntry | null
  checked: CheckedImage | null
}

class ImageStore {
  readonly #index: ImageIndex
  readonly #state: ImportState
  readonly #hasFiles: boolean
  readonly #rows: StoredRow[] = []
  /** Parts of one file follow each other: its bytes are read once. */
  #last: { entry: FileEntry; bytes: Promise<Buffer> } | null = null

  constructor(index: ImageIndex, state: ImportState, hasFiles: boolean) {
    this.#index = index
    this.#state = state
    this.#hasFiles = hasFiles
  }

  async storeAll(images: NamedImage[]): Promise<StoredRow[]> {
    let batch: Checked[] = []
    let bytes = 0
    for (let start = 0; start < images.length; start += parallel) {
      this.#state.signal.throwIfAborted()
      const checked = await Promise.all(images.slice(start, start + parallel).map((image) => this.#check(image)))
      batch.push(...checked)
      bytes += checked.reduce((sum, { checked: one }) => sum + (one?.bytes.length ?? 0), 0)
      if (batch.length < batchImages && bytes < batchBytes) continue
      await this.#store(batch)
      batch = []
      bytes = 0
    }
    await this.#store(batch)
    return this.#rows
  }

  async #check(image: NamedImage): Promise<Checked> {
    const found = this.#hasFiles ? this.#index.find(image.ref) : null
    if (!found) return { image, entry: null, checked: null }
    if ('fault' in found) {
      await this.#warn(image, found.fault.code, found.fault.reason)
      return { image, entry: null, checked: null }
    }
    if (found.misplaced) await this.#warn(image, 'directory-wrong', found.misplaced)
    try {
      const checked = await checkImage(await this.#read(found.entry), image.ref.crop)
      for (const { code, reason } of checked.warnings) await this.#warn(image, code, `${found.entry.path}: ${reason}`)
      return { image, entry: found.entry, checked }
    } catch (error) {
      const code = error instanceof ImageFault ? error.code : 'image-unreadable'
      await this.#warn(image, code, `${found.entry.path}: ${(error as Error).message}`)
      return { image, entry: found.entry, checked: null }
    }
  }

  #read(entry: FileEntry): Promise<Buffer> {
    if (this.#last?.entry !== entry) this.#last = { entry, bytes: entry.read() }
    return this.#last.bytes
  }

  #warn(image: NamedImage, code: string, reason: string): Promise<void> {
    const place = `${image.place} (image ${image.ref.key})`
    return this.#state.report({ severity: 'warning', code, file: image.fileName, place, field: null, reason, raw: null })
  }

  async #store(batch: Checked[]): Promise<void> {
    const digests = await putArtifacts(batch.flatMap(({ checked }) => (checked ? [checked.bytes] : [])))
    let next = 0
    for (const { image, entry, checked } of batch) {
      this.#rows.push({
        key: image.ref.key,
        fileName: storableText(entry?.path ?? image.ref.candidates[0] ?? ''),
        digest: checked ? (digests[next++] ?? null) : null,
        widthPx: checked?.widthPx ?? null,
        heightPx: checked?.heightPx ?? null,
        mediaType: checked?.mediaType ?? null,
        bytes: checked?.bytes.length ?? 0,
      })
    }
    this.#state.advance(batch.length)
    await breathe()
  }
}
