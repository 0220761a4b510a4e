import type { Db, Tx } from '#lib/db'
import type { Split } from '#lib/generated/prisma/enums'
import { searchTransaction } from './search-transaction.ts'
import { shareSearch } from './shared-search.ts'

/** Counting takes longer than a search, and a worker may be at it. */
const limitMs = 600_000

/**
 * The positions of the images that a split of a version shows, rising. They are counted once, after the version is written; whoever asks
 * before counts them himself, and several who ask at once count them once.
 */
export async function readSplitImages(db: Db, versionId: string, split: Split, left: AbortSignal): Promise<Int32Array> {
  const known = await read(db, versionId, split)
  if (known) return known
  await shareSearch(`splits ${versionId}`, left, (stop) => searchTransaction(db, stop, limitMs, (tx) => countSplitImages(tx, versionId)))
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

/** Of a million numbers in milliseconds: everybody waits while it runs. */
export function parsePositions(text: string | null | undefined): Int32Array {
  if (!text) return new Int32Array()
  const list = new Int32Array(Math.ceil(text.length / 2))
  let count = 0
  let number = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === comma) {
      list[count++] = number
      number = 0
    } else number = number * 10 + code - zero
  }
  list[count++] = number
  return list.slice(0, count)
}

const comma = 44
const zero = 48
