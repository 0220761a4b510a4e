import { hash } from 'node:crypto'
import { setImmediate as breathe } from 'node:timers/promises'
import { putArtifacts } from '#lib/artifacts'
import type { ImageLocation } from '#lib/services/datasets/image-location'
import type { ImageRoot } from '#lib/services/imports/create-import-input'
import { storableText } from '#lib/services/imports/storable'
import type { ImageRow } from '#lib/services/imports/write-version'
import type { FileEntry } from './file-set.ts'
import { ImageIndex } from './image-index.ts'
import type { ImportState } from './import-state.ts'
import { inOrder } from './in-order.ts'
import { openImageRoots } from './open-image-roots.ts'
import { checkImage, ImageFault, imageTraits, type CheckedImage, type ImageTrait } from './read-pixels.ts'
import type { NamedImage } from './read-records.ts'

export interface StoredImages {
  rows: ImageRow[]
  missing: number
  orphans: number
  bytes: number
}

/** Images between two looks at the clock; their cut-out parts are stored in one go. */
const batchImages = 256
const batchBytes = 64 * 1024 * 1024
/** Images looked at at once. */
const parallel = 8

/**
 * Finds and checks every image. Its bytes stay where they are and are named by their digest; a part that was cut out is stored. One that
 * is missing or damaged is reported and keeps its row without bytes.
 */
export async function storeImages(roots: ImageRoot[], images: ReadonlyMap<string, NamedImage>, state: ImportState): Promise<StoredImages> {
  state.begin('Listing image files', null)
  const sets = await openImageRoots(roots, state)
  const index = new ImageIndex(sets.flatMap((set) => set.files))
  state.begin('Checking images', images.size)
  const rows = await new ImageStore(index, state, sets.length > 0).storeAll(images.values())
  const orphans = sets.length > 0 ? index.orphanCount : 0
  if (orphans > 0) {
    const reason = `${orphans} image files are named by no record: left out`
    await notice(state, 'orphan-images', roots.map(({ name }) => name).join(', '), reason)
  }
  const missing = rows.reduce((count, row) => count + (row.digest === null ? 1 : 0), 0)
  return { rows, missing, orphans, bytes: rows.reduce((sum, row) => sum + (row.sizeBytes ?? 0), 0) }
}

const notice = (state: ImportState, code: string, file: string, reason: string) =>
  state.report({ severity: 'notice', code, file, place: '', field: null, reason, raw: null })

/** An image that was looked for. `part` holds bytes that are still to be stored. */
interface Looked {
  image: NamedImage
  entry: FileEntry | null
  found: (Omit<CheckedImage, 'bytes' | 'warnings' | 'traits'> & { sizeBytes: number; location: ImageLocation | null }) | null
  digest: string | null
  part: Buffer | null
  faults: { code: string; reason: string }[]
  traits: ImageTrait[]
}

class ImageStore {
  readonly #index: ImageIndex
  readonly #state: ImportState
  readonly #hasFiles: boolean
  readonly #rows: ImageRow[] = []
  readonly #traits = new Map<ImageTrait, { count: number; first: string[] }>()
  /** Parts of one file follow each other: its bytes are read once. */
  #last: { entry: FileEntry; bytes: Promise<Buffer> } | null = null

  constructor(index: ImageIndex, state: ImportState, hasFiles: boolean) {
    this.#index = index
    this.#state = state
    this.#hasFiles = hasFiles
  }

  async storeAll(images: Iterable<NamedImage>): Promise<ImageRow[]> {
    let batch: Looked[] = []
    let bytes = 0
    for await (const looked of inOrder(images, parallel, (image) => this.#look(image))) {
      batch.push(looked)
      bytes += looked.part?.length ?? 0
      if (batch.length < batchImages && bytes < batchBytes) continue
      await this.#keep(batch)
      batch = []
      bytes = 0
    }
    await this.#keep(batch)
    for (const [trait, { count, first }] of this.#traits) {
      const names = `${first.join(', ')}${count > first.length ? ', …' : ''}`
      await notice(this.#state, trait, '', `${count} ${count === 1 ? 'image has' : 'images have'} ${imageTraits[trait]}: ${names}`)
    }
    return this.#rows
  }

  async #look(image: NamedImage): Promise<Looked> {
    const looked: Looked = { image, entry: null, found: null, digest: null, part: null, faults: [], traits: [] }
    const found = this.#hasFiles ? this.#index.find(image.ref) : null
    if (!found) return looked
    if ('fault' in found) return { ...looked, faults: [found.fault] }
    const { entry, misplaced } = found
    if (misplaced) looked.faults.push({ code: 'directory-wrong', reason: misplaced })
    try {
      const { bytes, warnings, traits, ...checked } = await checkImage(await this.#read(entry), image.ref.crop)
      looked.faults.push(...warnings.map(({ code, reason }) => ({ code, reason: `${entry.path}: ${reason}` })))
      const isPart = image.ref.crop !== undefined
      const location = isPart ? null : entry.locate()
      const digest = isPart ? null : hash('sha256', bytes)
      return { ...looked, entry, found: { ...checked, sizeBytes: bytes.length, location }, digest, part: isPart ? bytes : null, traits }
    } catch (error) {
      const code = error instanceof ImageFault ? error.code : 'image-unreadable'
      looked.faults.push({ code, reason: `${entry.path}: ${(error as Error).message}` })
      return { ...looked, entry }
    }
  }

  #read(entry: FileEntry): Promise<Buffer> {
    if (this.#last?.entry !== entry) this.#last = { entry, bytes: entry.read() }
    return this.#last.bytes
  }

  async #keep(batch: Looked[]): Promise<void> {
    this.#state.signal.throwIfAborted()
    const stored = await putArtifacts(batch.flatMap(({ part }) => part ?? []))
    let next = 0
    for (const looked of batch) {
      await this.#tell(looked)
      this.#rows.push(rowOf(looked, looked.part ? (stored[next++] ?? null) : looked.digest))
    }
    this.#state.advance(batch.length)
    await breathe()
  }

  async #tell({ image, entry, faults, traits }: Looked): Promise<void> {
    const place = `${image.place} (image ${image.ref.key})`
    for (const { code, reason } of faults)
      await this.#state.report({ severity: 'warning', code, file: image.fileName, place, field: null, reason, raw: null })
    for (const trait of traits) {
      const known = this.#traits.get(trait) ?? { count: 0, first: [] }
      known.count += 1
      if (known.first.length < 5) known.first.push(entry?.path ?? '')
      this.#traits.set(trait, known)
    }
  }
}

function rowOf({ image, entry, found }: Looked, digest: string | null): ImageRow {
  return {
    key: image.ref.key,
    fileName: storableText(entry?.path ?? image.ref.candidates[0] ?? ''),
    digest,
    sizeBytes: found?.sizeBytes ?? null,
    location: found?.location ?? null,
    widthPx: found?.widthPx ?? null,
    heightPx: found?.heightPx ?? null,
    mediaType: found?.mediaType ?? null,
  }
}
