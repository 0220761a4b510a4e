import { Prisma } from '#lib/generated/prisma/client'
import type { Tx } from '#lib/db'

/** Two pictures that look the same, by their contents. */
export interface NearPair {
  digest: string
  otherDigest: string
  bits: number
}

/**
 * Tables of the caller's transaction: every image of the compared versions with what it is used for, and the pairs that look the same
 * in both directions. `rank` orders an image's counterparts: the checked version first, then in the order of the comparison.
 */
export async function createFindingTables(tx: Tx, versionIds: string[], pairs: NearPair[], unreadable: string[]): Promise<void> {
  await tx.$executeRaw`
    create temp table checked_image on commit drop as
    select i.id, i."versionId" as version, array_position(${versionIds}::uuid[], i."versionId") as rank, i.position, i.digest, i."cocoId" as coco,
      i."flickrId" as flickr, coalesce(used.trained, false) as trained, coalesce(used.held, false) as held
    from "DatasetImage" i left join (
      select x."imageId", bool_or(e.split in ('train', 'restval')) as trained, bool_or(e.split in ('val', 'test')) as held
      from "Example" e join "ExampleImage" x on x."exampleId" = e.id
      where e."versionId" = any(${versionIds}::uuid[]) group by x."imageId") as used on used."imageId" = i.id
    where i."versionId" = any(${versionIds}::uuid[])`
  for (const column of ['id', 'digest', 'coco', 'flickr']) await tx.$executeRaw`create index on checked_image (${Prisma.raw(column)})`
  // Of a thousand images of the same bytes one stands for all that are used alike: pairs stay as many as images.
  await tx.$executeRaw`
    create temp table first_image on commit drop as
    select distinct on (version, digest, trained, held) * from checked_image where digest is not null
    order by version, digest, trained, held, position, id`
  await tx.$executeRaw`create index on first_image (digest)`
  await tx.$executeRaw`create temp table near_pair (digest text, other text, bits int) on commit drop`
  for (let start = 0; start < pairs.length; start += pairBatch) {
    const batch = pairs.slice(start, start + pairBatch)
    const [a, b, bits] = [batch.map((pair) => pair.digest), batch.map((pair) => pair.otherDigest), batch.map((pair) => pair.bits)]
    await tx.$executeRaw`
      insert into near_pair select * from unnest(${a}::text[], ${b}::text[], ${bits}::int[])
      union all select * from unnest(${b}::text[], ${a}::text[], ${bits}::int[])`
  }
  await tx.$executeRaw`create index on near_pair (digest)`
  await tx.$executeRaw`create temp table unreadable_digest on commit drop as select unnest(${unreadable}::text[]) as digest`
  await tx.$executeRaw`analyze checked_image, first_image, near_pair`
}

const pairBatch = 20_000
