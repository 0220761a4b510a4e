import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { parseLocation } from '../datasets/image-location.ts'
import type { ImagePlace } from '../datasets/open-image.ts'

export interface HashedImage {
  digest: string
  rowHash: bigint
  columnHash: bigint
}

/** Images of these versions, each content once, that nobody has looked at yet; in the order of their digests. */
export async function listUnhashedImages(
  ctx: Context,
  { versionIds, after, limit }: { versionIds: string[]; after: string; limit: number },
): Promise<ImagePlace[]> {
  permitSystem(ctx)
  const rows = await ctx.db.$queryRaw<{ digest: string; sizeBytes: number | null; location: unknown }[]>`
    select distinct on (i.digest) i.digest, i."sizeBytes", i.location
    from "DatasetImage" i left join "ImageHash" h on h.digest = i.digest
    where i."versionId" = any(${versionIds}::uuid[]) and i.digest > ${after} and h.digest is null
    order by i.digest, i."versionId" = ${versionIds[0]}::uuid desc limit ${limit}`
  return rows.map(({ location, ...image }) => ({ ...image, location: parseLocation(location) }))
}

export async function countUnhashedImages(ctx: Context, versionIds: string[]): Promise<number> {
  permitSystem(ctx)
  const [row] = await ctx.db.$queryRaw<{ count: bigint }[]>`
    select count(distinct i.digest) as count from "DatasetImage" i left join "ImageHash" h on h.digest = i.digest
    where i."versionId" = any(${versionIds}::uuid[]) and i.digest is not null and h.digest is null`
  return Number(row?.count)
}

/** Kept for all versions and checks to come: the same bytes always look the same. */
export async function recordImageHashes(ctx: Context, hashes: HashedImage[]): Promise<void> {
  permitSystem(ctx)
  await ctx.db.imageHash.createMany({ data: hashes, skipDuplicates: true })
}

/** What the images of these versions look like, in the order of their digests. */
export async function readImageHashes(ctx: Context, versionIds: string[]): Promise<HashedImage[]> {
  permitSystem(ctx)
  return ctx.db.$queryRaw<HashedImage[]>`
    select digest, "rowHash", "columnHash" from "ImageHash"
    where digest in (select i.digest from "DatasetImage" i where i."versionId" = any(${versionIds}::uuid[])) order by digest`
}
