import { LabError } from '#lib/errors'
import type { Context } from '#lib/services/context'
import { countUnhashedImages, listUnhashedImages, recordImageHashes, type HashedImage } from '#lib/services/checks/image-hashes'
import { openImage, type ImagePlace } from '#lib/services/datasets/open-image'
import type { WorkState } from '../work-state.ts'
import { hashImage } from './image-hash.ts'

/** Images read and decoded at once: as many as keep two cores busy while others are read. */
const atOnce = 4
const batchSize = 400

/**
 * Looks at every image of these versions that nobody has looked at before. What is done stays when the check is interrupted.
 * @returns digests of the images that cannot be read or decoded
 */
export async function hashImages(ctx: Context, versionIds: string[], state: WorkState): Promise<string[]> {
  const unreadable: string[] = []
  state.begin('Looking at images', await countUnhashedImages(ctx, versionIds))
  for (let after = ''; ;) {
    const batch = await listUnhashedImages(ctx, { versionIds, after, limit: batchSize })
    const last = batch.at(-1)
    if (!last) return unreadable
    await recordImageHashes(ctx, await hashBatch(batch, state, unreadable))
    after = last.digest
  }
}

async function hashBatch(batch: ImagePlace[], state: WorkState, unreadable: string[]): Promise<HashedImage[]> {
  const hashes: HashedImage[] = []
  const places = batch.values()
  const lane = async () => {
    for (const place of places) {
      const hash = await hashPlace(place)
      if (hash) hashes.push({ digest: place.digest, ...hash })
      else unreadable.push(place.digest)
      state.advance()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return hashes
}

/** Null for an image that is gone, changed or damaged: a finding, not a reason to stop. */
async function hashPlace(place: ImagePlace) {
  let bytes
  try {
    bytes = await openImage(place)
  } catch (error) {
    if (error instanceof LabError) return null
    throw error
  }
  return hashImage(bytes).catch(() => null)
}
