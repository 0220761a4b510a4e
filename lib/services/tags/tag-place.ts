import type { z } from 'zod'
import type { Tx } from '#lib/db'
import { notFound } from '#lib/errors'
import { exampleKey } from '../reviews/dataset-subject.ts'
import type { TagInput } from './tag-input.ts'

/** Where a tag is kept: with the dataset, by keys that stay from version to version. */
export async function tagPlace(tx: Tx, { imageId, exampleId }: z.output<typeof TagInput>) {
  const image = await tx.datasetImage.findUnique({
    where: { id: imageId },
    select: { key: true, version: { select: { datasetId: true } } },
  })
  if (!image) throw notFound('The image')
  const place = { datasetId: image.version.datasetId, imageKey: image.key }
  if (!exampleId) return { ...place, exampleKey: '' }
  const example = await tx.example.findFirst({
    where: { id: exampleId, images: { some: { imageId } } },
    select: { kind: true, split: true, externalId: true },
  })
  if (!example) throw notFound('The text')
  return { ...place, exampleKey: exampleKey(example) }
}
