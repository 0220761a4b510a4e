import { putArtifact } from '../lib/artifacts.ts'
import { db } from '../lib/db.ts'
import type { DatasetFormat, ExampleKind, Split } from '../lib/generated/prisma/enums.ts'

export interface WrittenImage {
  key: string
  /** Null: the file was missing. */
  bytes: Buffer | null
  cocoId?: number
  flickrId?: string
  widthPx?: number
  heightPx?: number
  category?: string
  /** Of the stored row, where it shall not be that of the bytes. */
  digest?: string
}

export interface WrittenExample {
  split: Split
  text: string
  images: string[]
  kind?: ExampleKind
  label?: string
  answers?: string[]
}

/** A version of a dataset, made without an import. Examples are named by their place. */
export async function writeTestVersion(
  name: string,
  images: WrittenImage[],
  examples: WrittenExample[],
  format: DatasetFormat = 'coco_karpathy',
): Promise<{ id: string; datasetId: string; imageIds: Map<string, string> }> {
  const dataset = await db().dataset.upsert({ where: { name }, create: { name, format }, update: {} })
  const number = (await db().datasetVersion.count({ where: { datasetId: dataset.id } })) + 1
  const version = await db().datasetVersion.create({ data: { datasetId: dataset.id, number, digest: `${name} ${number}`, counts: {} } })
  const imageIds = new Map<string, string>()
  for (const [position, image] of images.entries()) {
    const { id } = await db().datasetImage.create({ data: { versionId: version.id, position, ...(await imageData(image)) } })
    imageIds.set(image.key, id)
  }
  for (const [position, { kind = 'caption', split, text, label, answers = [], images: shown }] of examples.entries()) {
    await db().example.create({
      data: {
        ...{ versionId: version.id, kind, split, position, externalId: String(position), text, label: label ?? null, answers },
        images: { create: shown.map((key, place) => ({ position: place, imageId: imageIds.get(key) ?? '' })) },
      },
    })
  }
  return { id: version.id, datasetId: dataset.id, imageIds }
}

async function imageData({ key, bytes, cocoId, flickrId, widthPx = 64, heightPx = 48, category, digest }: WrittenImage) {
  const stored = bytes ? await putArtifact(bytes) : null
  return {
    ...{ key, fileName: `${key}.jpg`, cocoId: cocoId ?? null, flickrId: flickrId ?? null },
    ...{ digest: digest ?? stored?.digest ?? null, sizeBytes: stored?.sizeBytes ?? null, mediaType: bytes ? 'image/jpeg' : null },
    ...(bytes ? { widthPx, heightPx } : {}),
    ...(category ? { objects: { create: { category, attributes: { b: 1, a: 2 }, x: 1, y: 2, width: 10.5, height: 20 } } } : {}),
  }
}
