import type { Db } from '#lib/db'
import { asksSplitOnly, filterCondition } from './filter-condition.ts'
import type { ImageFilter } from './image-filter.ts'
import { parsePositions, readSplitImages } from './split-images.ts'

/** Bytes of all lists that a process remembers: those of eight filters that match a million images each. */
const limitBytes = 32 * 1024 * 1024

declare global {
  /** The one used last at the end. On `globalThis`: pages and routes are bundled apart, and share it. */
  var sohoPositions: Map<string, Promise<Int32Array>> | undefined
  var sohoPositionBytes: Map<string, number> | undefined
}

/**
 * The places of the images that a filter shows, rising: computed once, then every page of the view is a lookup, however far down it is.
 * A version never changes, so a list stays right; with tags, as long as no tag comes or goes. Null where every image is shown.
 */
export async function findPositions(db: Db, versionId: string, filter: ImageFilter): Promise<Int32Array | null> {
  const condition = filterCondition(versionId, filter)
  if (!condition) return null
  const lists = (globalThis.sohoPositions ??= new Map())
  const key = JSON.stringify([versionId, filter, filter.tag ? await tagState(db, versionId, filter.tag) : null])
  const list = lists.get(key) ?? choose(db, versionId, filter, condition)
  lists.delete(key)
  lists.set(key, list)
  try {
    keepLimit(key, await list)
  } catch (error) {
    lists.delete(key)
    throw error
  }
  return list
}

type Condition = NonNullable<ReturnType<typeof filterCondition>>

async function choose(db: Db, versionId: string, filter: ImageFilter, condition: Condition): Promise<Int32Array> {
  if (!asksSplitOnly(filter)) return readPositions(db, versionId, condition)
  const shown = await readSplitImages(db, versionId, filter.split)
  const others = await findPositions(db, versionId, { ...filter, split: null })
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
const patienceMs = 120_000

async function readPositions(db: Db, versionId: string, condition: Condition): Promise<Int32Array> {
  const rows = await db.$transaction(
    async (tx) => {
      // With the default 4 MB a frequent word overflows the index's bitmap, and millions of texts are parsed again.
      await tx.$executeRaw`set local work_mem = '256MB'`
      // One text is read far faster than a million rows.
      return tx.$queryRaw<{ positions: string | null }[]>`
        select string_agg(image.position::text, ',' order by image.position) as positions
        from "DatasetImage" image where image."versionId" = ${versionId}::uuid and ${condition}`
    },
    { maxWait: 10_000, timeout: patienceMs },
  )
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

function keepLimit(key: string, list: Int32Array): void {
  const lists = (globalThis.sohoPositions ??= new Map())
  const bytes = (globalThis.sohoPositionBytes ??= new Map())
  bytes.set(key, list.byteLength + 1024)
  let sum = 0
  for (const known of bytes.keys()) sum += lists.has(known) ? (bytes.get(known) ?? 0) : 0
  for (const oldest of lists.keys()) {
    if (sum <= limitBytes) break
    if (oldest === key || !bytes.has(oldest)) continue
    sum -= bytes.get(oldest) ?? 0
    lists.delete(oldest)
  }
  for (const known of bytes.keys()) if (!lists.has(known)) bytes.delete(known)
}
