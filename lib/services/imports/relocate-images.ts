import type { Tx } from '#lib/db'
import type { StagingTables } from './staging/staging-tables.ts'

/**
 * Tells every version of a dataset, and those made from them, where an import has just found their images: files that were moved are
 * found again by importing them again, whether or not that makes a new version. Only the same bytes under the same key count, and a
 * location is no part of a version's content.
 */
export async function relocateImages(tx: Tx, datasetId: string, { named, found }: StagingTables): Promise<void> {
  const versions = await tx.$queryRaw<{ id: string }[]>`
    with recursive known(id) as (
      select id from "DatasetVersion" where "datasetId" = ${datasetId}::uuid
      union
      select derivation."versionId" from "Derivation" derivation join known on known.id = derivation."parentId"
      where derivation."versionId" is not null
    ) select id from known`
  for (const { id } of versions)
    await tx.$executeRaw`
      update "DatasetImage" image set location = found.location
      from ${found} found join ${named} named using (position)
      where image."versionId" = ${id}::uuid and image.key = named.key and image.digest = found.digest
        and image.location is not null and image.location <> found.location`
}
