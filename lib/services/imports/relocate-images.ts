import type { Tx } from '#lib/db'
import type { ImageLocation } from '../datasets/image-location.ts'

const batchSize = 5000

interface FoundImage {
  key: string
  digest: string | null
  location: ImageLocation | null
}

/**
 * Tells every version of a dataset, and those made from them, where an import has just found their images: files that were moved are
 * found again by importing them again, whether or not that makes a new version. Only the same bytes under the same key count, and a
 * location is no part of a version's content.
 */
export async function relocateImages(tx: Tx, datasetId: string, images: readonly FoundImage[]): Promise<void> {
  const versions = await tx.$queryRaw<{ id: string }[]>`
    with recursive known(id) as (
      select id from "DatasetVersion" where "datasetId" = ${datasetId}::uuid
      union
      select derivation."versionId" from "Derivation" derivation join known on known.id = derivation."parentId"
      where derivation."versionId" is not null
    ) select id from known`
  const ids = versions.map(({ id }) => id)
  if (ids.length === 0) return
  for (let start = 0; start < images.length; start += batchSize) {
    const rows = images.slice(start, start + batchSize).flatMap(({ key, digest, location }) => (location ? { key, digest, location } : []))
    if (rows.length === 0) continue
    await tx.$executeRaw`
      update "DatasetImage" image set location = row.location
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (key text, digest text, location jsonb), unnest(${ids}::uuid[]) as version
      where image."versionId" = version and image.key = row.key and image.digest = row.digest
        and image.location is not null and image.location <> row.location`
  }
}
