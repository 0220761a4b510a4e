import { hash } from 'node:crypto'
import { setImmediate as breathe } from 'node:timers/promises'
import { putArtifacts } from '#lib/artifacts'
import type { Context } from '#lib/services/context'
import type { ImageLocation } from '#lib/services/datasets/image-location'
import type { ClaimedImport } from '#lib/services/imports/import-claim'
import { newId } from '#lib/services/imports/new-id'
import {
  countTraits,
  listNamedImages,
  nameImages,
  recordFound,
  summariseFound,
  type FoundImage,
} from '#lib/services/imports/staging/found-images'
import type { Look } from '#lib/services/imports/staging/staging-tables'
import type { NamedImage } from '#lib/services/imports/staging/staging-writer'
import { storableText } from '#lib/services/imports/storable'
import type { FileEntry } from './file-set.ts'
import { ImageIndex } from './image-index.ts'
import type { ImportState } from './import-state.ts'
import { inOrder } from './in-order.ts'
import { openImageRoots } from './open-image-roots.ts'
import { checkImage, ImageFault, imageTraits, type CheckedImage, type ImageTrait } from './read-pixels.ts'

export interface StoredImages {
  total: number
  missing: number
  orphans: number
  bytes: number
}

/** Images between two looks at the clock; their cut-out parts are stored in one go. */
const batchImages = 256
const batchBytes = 64 * 1024 * 1024
/** Images looked at at once. */
const parallel = 8
/** What was found is recorded so often: a worker that dies loses no more than this. */
const recordEveryMs = 2000

/**
 * Finds and checks every image. Its bytes stay where they are and are named by their digest; a part that was cut out is stored. One that
 * is missing or damaged is reported and keeps its row without bytes. Images that an attempt before this one has looked at are not
 * looked at again.
 */
export async function storeImages(ctx: Context, claimed: ClaimedImport, look: Look | null, state: ImportState): Promise<StoredImages> {
  const { importId } = claimed
  const roots = claimed.source.imageRoots
  state.begin('Listing image files', null)
  const total = await nameImages(ctx, claimed)
  const sets = await openImageRoots(roots, state, { isQuiet: look !== null })
  const index = new ImageIndex(sets.flatMap((set) => set.files))
  state.begin('Checking images', total)
  if (sets.length > 0) {
    const upTo = look?.upTo ?? 0
    await new ImageStore(ctx, claimed, index, state, upTo).storeAll(listNamedImages(ctx, importId))
  }
  for (const { trait, count, first } of await countTraits(ctx, importId)) {
    const names = `${first.join(', ')}${count > first.length ? ', …' : ''}`
    const what = imageTraits[trait as ImageTrait]
    await notice(state, trait, '', `${count} ${count === 1 ? 'image has' : 'images have'} ${what}: ${names}`)
  }
  const orphans = sets.length > 0 ? index.orphanCount : 0
  if (orphans > 0) {
    const reason = `${orphans} image files are named by no record: left out`
    await notice(state, 'orphan-images', roots.map(({ name }) => name).join(', '), reason)
  }
  const { usable, bytes } = await summariseFound(ctx, importId)
  return { total, missing: total - usable, orphans, bytes }
}

const notice = (state: ImportState, code: string, file: string, reason: string) =>
  state.report({ severity: 'notice', code, file, place: '', field: null, reason, raw: null })

type PlacedImage = NamedImage & { position: number }

/** An image that was looked for. `part` holds bytes that are still to be stored. */
interface Looked {
  image: PlacedImage
  entry: FileEntry | null
  found: (Omit<CheckedImage, 'bytes' | 'warnings' | 'traits'> & { sizeBytes: number; location: ImageLocation | null }) | null
  digest: string | null
  part: Buffer | null
  faults: { code: string; reason: string }[]
  traits: ImageTrait[]
}

class ImageStore {
  readonly #ctx: Context
  readonly #claimed: ClaimedImport
  readonly #index: ImageIndex
  readonly #state: ImportState
  /** Images before it were looked at by an attempt before this one. */
  readonly #from: number
  /** Images before it were looked at, and those before the second are recorded. */
  #upTo = 0
  #recordedUpTo: number
  #fresh: FoundImage[] = []
  #recordedAt = performance.now()
  /** Parts of one file follow each other: its bytes are read once. */
  #last: { entry: FileEntry; bytes: Promise<Buffer> } | null = null

  constructor(ctx: Context, claimed: ClaimedImport, index: ImageIndex, state: ImportState, from: number) {
    this.#ctx = ctx
    this.#claimed = claimed
    this.#index = index
    this.#state = state
    this.#from = from
    this.#recordedUpTo = from
  }

  async storeAll(images: AsyncIterable<PlacedImage>): Promise<void> {
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
    await this.#record()
  }

  async #look(image: PlacedImage): Promise<Looked> {
    const looked: Looked = { image, entry: null, found: null, digest: null, part: null, faults: [], traits: [] }
    const found = this.#index.find(image.ref)
    if (image.position < this.#from) return looked
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
      const digest = looked.part ? (stored[next++] ?? null) : looked.digest
      if (looked.entry) this.#fresh.push(rowOf(looked, looked.entry, digest))
    }
    this.#state.advance(batch.length)
    this.#upTo += batch.length
    if (performance.now() - this.#recordedAt >= recordEveryMs) await this.#record()
    await breathe()
  }

  /** Problems first: those of images that do not count yet are dropped with them. */
  async #record(): Promise<void> {
    const upTo = this.#upTo
    if (upTo <= this.#recordedUpTo) return
    await this.#state.flush()
    this.#state.signal.throwIfAborted()
    const { warningCount } = this.#state.counts
    await recordFound(this.#ctx, this.#claimed, this.#fresh, { upTo, warningCount, lastProblemId: newId() })
    this.#fresh = []
    this.#recordedUpTo = upTo
    this.#recordedAt = performance.now()
  }

  async #tell({ image, faults }: Looked): Promise<void> {
    const place = `${image.place} (image ${image.ref.key})`
    for (const { code, reason } of faults)
      await this.#state.report({ severity: 'warning', code, file: image.fileName, place, field: null, reason, raw: null })
  }
}

function rowOf({ image, found, traits }: Looked, entry: FileEntry, digest: string | null): FoundImage {
  return {
    position: image.position,
    fileName: storableText(entry.path),
    digest,
    sizeBytes: found?.sizeBytes ?? null,
    location: found?.location ?? null,
    widthPx: found?.widthPx ?? null,
    heightPx: found?.heightPx ?? null,
    mediaType: found?.mediaType ?? null,
    traits,
  }
}
