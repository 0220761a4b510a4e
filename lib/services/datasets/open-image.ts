import { hash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { artifactPath } from '#lib/artifacts'
import { LabError } from '#lib/errors'
import { findDataPath } from '../imports/data-roots.ts'
import { nameOfLocation, type ImageLocation } from './image-location.ts'
import { readZipEntry } from './read-zip-entry.ts'

/** What a row says of an image's bytes. A location of null: they are an artifact. */
export interface ImagePlace {
  digest: string
  sizeBytes: number | null
  location: ImageLocation | null
}

export const nameOfPlace = ({ digest, location }: ImagePlace): string => (location ? nameOfLocation(location) : artifactPath(digest))

/**
 * The bytes of an image, exactly those that were imported: the one way to them, for pages and for training. Below a data root the path is
 * resolved and judged anew, and what lies there must have the size and digest of the import.
 * @throws LabError naming the file: `not-found` or `conflict` when it is gone, may not be read any more, or has changed; `unavailable` when
 * another try may find it
 */
export async function openImage(place: ImagePlace): Promise<Buffer<ArrayBuffer>> {
  const bytes = await read(place).catch((error: unknown) => {
    if (error instanceof LabError) throw error
    throw busyCodes.has((error as NodeJS.ErrnoException).code ?? '') ? unavailable(place, error) : lost(place, (error as Error).message)
  })
  if (bytes.length !== (place.sizeBytes ?? bytes.length) || hash('sha256', bytes) !== place.digest) throw changed(place)
  return bytes
}

/** The file may well be there: the system, or the server that it lies on, could not answer just now. */
const busyCodes = new Set(['EAGAIN', 'EBUSY', 'EINTR', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM', 'ESTALE', 'ETIMEDOUT'])
const unavailable = (place: ImagePlace, error: unknown) =>
  new LabError('unavailable', `Image ${nameOfPlace(place)} could not be read just now: ${(error as Error).message}`)
const lost = (place: ImagePlace, reason: string) =>
  new LabError('not-found', `Image ${nameOfPlace(place)} cannot be read any more: ${reason}. Put it back, or import the dataset again.`)
const changed = (place: ImagePlace) =>
  new LabError('conflict', `Image ${nameOfPlace(place)} has changed since its import. Import the dataset again.`)

async function read(place: ImagePlace): Promise<Buffer<ArrayBuffer>> {
  const { digest, sizeBytes, location } = place
  if (location === null) return readFile(artifactPath(digest))
  if ('artifact' in location) return readZipEntry(artifactPath(location.artifact), location, sizeBytes ?? location.packedBytes)
  const file = await findDataPath('zip' in location ? location.zip : location.path)
  if (file === null) throw lost(place, 'it is gone, or outside the folders that imports may read')
  if ('zip' in location) return readZipEntry(file, location, sizeBytes ?? location.packedBytes)
  // A file that has grown without limit is not read to its end.
  if ((await stat(file)).size !== (sizeBytes ?? 0)) throw changed(place)
  return readFile(file)
}
