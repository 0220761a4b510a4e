import { createHash } from 'node:crypto'
import type { ParsedExample, ParsedObject } from '#lib/formats/record'
import type { ImageRow } from '#lib/services/imports/write-version'
import type { Spool } from './spool.ts'

/** Raised when the same files would make another version, e.g. because images are stored in another way. */
const contentVersion = 1

/** Names a version by what is in it: images by key and bytes, texts with their answers, boxes; not by files or times. */
export async function versionDigest(images: ImageRow[], examples: Spool<ParsedExample>, objects: Spool<ParsedObject>): Promise<string> {
  const hash = createHash('sha256')
  const add = (...row: unknown[]) => hash.update(`${JSON.stringify(row)}\n`)
  add('soho-dataset', contentVersion)
  for (const { key, digest } of images) add('image', key, digest)
  for await (const batch of examples.batches(1000)) {
    for (const { kind, split, externalId, text, label, answers, answerType, groupKey, imageKeys } of batch)
      add(kind, split, externalId, text, label, answers, answerType, groupKey, imageKeys)
  }
  for await (const batch of objects.batches(1000)) {
    for (const { imageKey, category, attributes, x, y, width, height } of batch)
      add('box', imageKey, category, attributes, x, y, width, height)
  }
  return hash.digest('hex')
}
