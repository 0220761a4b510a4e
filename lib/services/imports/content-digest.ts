import { createHash } from 'node:crypto'
import type { Prisma } from '#lib/generated/prisma/client'
import type { Db, Tx } from '#lib/db'
import { exampleContent, hashRows, objectContent } from './staging/staged-content.ts'

/** Raised when the same files would make another version, e.g. because images are stored in another way. */
const contentVersion = 2

/** A version's rows, in their order: pages of images, and queries that name `n`, which orders their rows, and the columns that are content. */
export interface ContentRows {
  images: AsyncIterable<{ key: string; digest: string | null }[]>
  examples: Iterable<Prisma.Sql>
  objects: Iterable<Prisma.Sql>
  onChunk?: () => void
}

/** Names a version by what is in it: images by key and bytes, texts with their answers, boxes; not by files or times. */
export async function contentDigest(db: Db | Tx, { images, examples, objects, onChunk }: ContentRows): Promise<string> {
  const hash = createHash('sha256')
  const add = (...row: unknown[]) => hash.update(`${JSON.stringify(row)}\n`)
  add('soho-dataset', contentVersion)
  for await (const page of images) {
    for (const { key, digest } of page) add('image', key, digest)
    onChunk?.()
  }
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
