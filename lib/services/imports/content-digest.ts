import { createHash } from 'node:crypto'
import type { Prisma } from '#lib/generated/prisma/client'
import type { Db, Tx } from '#lib/db'
import { exampleContent, hashRows, objectContent } from './staging/staged-content.ts'

/** Raised when the same files would make another version, e.g. because images are stored in another way. */
const contentVersion = 2

/** Queries of a version's rows, in their order. Each names `n`, which orders its rows, and the columns that are content. */
export interface ContentRows {
  images: Iterable<{ key: string; digest: string | null }>
  examples: Iterable<Prisma.Sql>
  objects: Iterable<Prisma.Sql>
  onChunk?: () => void
}

/** Names a version by what is in it: images by key and bytes, texts with their answers, boxes; not by files or times. */
export async function contentDigest(db: Db | Tx, { images, examples, objects, onChunk }: ContentRows): Promise<string> {
  const hash = createHash('sha256')
  const add = (...row: unknown[]) => hash.update(`${JSON.stringify(row)}\n`)
  add('soho-dataset', contentVersion)
  for (const { key, digest } of images) add('image', key, digest)
  for (const { rows, content } of [
    { rows: examples, content: exampleContent },
    { rows: objects, content: objectContent },
  ]) {
    add('rows')
    for (const query of rows) {
      await hashRows(db, hash, query, content)
      onChunk?.()
    }
  }
  return hash.digest('hex')
}
