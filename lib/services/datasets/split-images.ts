import type { Db, Tx } from '#lib/db'
import type { Split } from '#lib/generated/prisma/enums'

/**
 * The positions of the images that a split of a version shows, rising. They are counted once, after the version is written; whoever asks
 * before counts them himself, and several who ask at once count them once.
 */
export async function readSplitImages(db: Db, versionId: string, split: Split): Promise<Int32Array> {
  const known = await read(db, versionId, split)
  if (known) return known
  await db.$transaction((tx) => countSplitImages(tx, versionId), { maxWait: 60_000, timeout: 600_000 })
  return (await read(db, versionId, split)) ?? new Int32Array()
}

/** Counts them, unless they are counted already. */
export async function countSplitImages(tx: Tx, versionId: string): Promise<void> {
  await tx.$queryRaw`select pg_advisory_xact_lock(hashtextextended(${`splits ${versionId}`}, 0))::text`
  if ((await tx.splitImages.count({ where: { versionId } })) > 0) return
  await tx.$executeRaw`set local work_mem = '256MB'`
  await tx.$executeRaw`
    with shown as materialized (
      select distinct example.split, link."imageId"
      from "Example" example join "ExampleImage" link on link."exampleId" = example.id where example."versionId" = ${versionId}::uuid
    )
    insert into "SplitImages" ("versionId", split, positions)
    select ${versionId}::uuid, known.split, coalesce(
      (select array_agg(image.position order by image.position) from shown join "DatasetImage" image on image.id = shown."imageId"
       where shown.split = known.split), '{}')
    from unnest(enum_range(null::"Split")) as known (split)`
}

/** Null while they are not counted. */
async function read(db: Db, versionId: string, split: Split): Promise<Int32Array | null> {
  // One text is read far faster than a list of values.
  const [row] = await db.$queryRaw<{ positions: string }[]>`
    select array_to_string(positions, ',') as positions from "SplitImages"
    where "versionId" = ${versionId}::uuid and split = ${split}::"Split"`
  return row ? parsePositions(row.positions) : null
}

export const parsePositions = (text: string | null | undefined): Int32Array => Int32Array.from(text ? text.split(',') : [], Number)
