import type { Db } from '#lib/db'
import { asksSplitOnly, filterCondition } from './filter-condition.ts'
import type { ImageFilter } from './image-filter.ts'
import { recallPositions, rememberPositions } from './known-positions.ts'
import { searchTransaction } from './search-transaction.ts'
import { shareSearch } from './shared-search.ts'
import { parsePositions, readSplitImages } from './split-images.ts'

/**
 * The places of the images that a filter shows, rising: computed once, then every page of the view is a lookup, however far down it is.
 * A version never changes, so a list stays right; with tags, as long as no tag comes or goes. Null where every image is shown.
 * Whoever has `left` does not wait, and a search that nobody waits for is stopped.
 */
export async function findPositions(db: Db, versionId: string, filter: ImageFilter, left?: AbortSignal): Promise<Int32Array | null> {
  const condition = filterCondition(versionId, filter)
  if (!condition) return null
  const key = JSON.stringify([versionId, filter, filter.tag ? await tagState(db, versionId, filter.tag) : null])
  const known = recallPositions(key)
  if (known) return known
  return shareSearch(key, left, async (stop) => {
    const list = await choose(db, versionId, filter, condition, stop)
    rememberPositions(key, list)
    return list
  })
}

type Condition = NonNullable<ReturnType<typeof filterCondition>>

async function choose(db: Db, versionId: string, filter: ImageFilter, condition: Condition, stop: AbortSignal): Promise<Int32Array> {
  if (!asksSplitOnly(filter)) return readPositions(db, versionId, condition, stop)
  const shown = await readSplitImages(db, versionId, filter.split, stop)
  const others = await findPositions(db, versionId, { ...filter, split: null }, stop)
  return others ? common(shown, others) : shown
}

/** Of two rising lists. */
function common(one: Int32Array, other: Int32Array): Int32Array {
  let at = 0
  return one.filter((position) => {
    while (at < other.length && (other[at] ?? 0) < position) at += 1
    return other[at] === position
  })
}

/** Longer than any list of a million images took on two busy cores. */
const limitMs = 120_000

async function readPositions(db: Db, versionId: string, condition: Condition, stop: AbortSignal): Promise<Int32Array> {
  const rows = await searchTransaction(db, stop, limitMs, async (tx) => {
    // With the default 4 MB a frequent word overflows the index's bitmap, and millions of texts are parsed again.
    await tx.$executeRaw`set local work_mem = '256MB'`
    // The disk of today: with the default 4, few texts are looked up by reading all of their links to images.
    await tx.$executeRaw`set local random_page_cost = 1.1`
    // One text is read far faster than a million rows.
    return tx.$queryRaw<{ positions: string | null }[]>`
      select string_agg(image.position::text, ',' order by image.position) as positions
      from "DatasetImage" image where image."versionId" = ${versionId}::uuid and ${condition}`
  })
  return parsePositions(rows[0]?.positions)
}

async function tagState(db: Db, versionId: string, name: string): Promise<string> {
  const { _count, _max } = await db.tag.aggregate({
    where: { name, dataset: { versions: { some: { id: versionId } } } },
    _count: true,
    _max: { createdAt: true },
  })
  return `${_count} ${_max.createdAt?.getTime() ?? 0}`
}
