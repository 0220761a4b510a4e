import { z } from 'zod'
import type { Db, Tx } from '#lib/db'
import type { ExampleKind, Split } from '#lib/generated/prisma/enums'

/** Where an image, or the first image of an example, is shown: in the newest version of its dataset that has it. */
export interface SubjectImage {
  datasetId: string
  datasetName: string
  imageId: string
  key: string
  /** Of an example. */
  text: string | null
}

const Uuid = z.uuid()
const imageName = /^([0-9a-f-]{36}):(.+)$/su
const exampleName = /^([0-9a-f-]{36}):(caption|question|statement|hypothesis) (train|restval|val|test) (.+)$/su
const versionFields = { select: { dataset: { select: { id: true, name: true } } } } as const

export const imageSubjectId = (datasetId: string, key: string) => `${datasetId}:${key}`
export const exampleKey = (example: { kind: ExampleKind; split: Split; externalId: string }) =>
  `${example.kind} ${example.split} ${example.externalId}`

/** @param subjectId `<dataset id>:<image key>` */
export async function imageOf(db: Db | Tx, subjectId: string): Promise<SubjectImage | null> {
  const [, datasetId, key] = imageName.exec(subjectId) ?? []
  if (!datasetId || !key || !Uuid.safeParse(datasetId).success) return null
  const image = await db.datasetImage.findFirst({
    where: { key, version: { datasetId } },
    orderBy: { version: { number: 'desc' } },
    select: { id: true, version: versionFields },
  })
  if (!image) return null
  const { dataset } = image.version
  return { datasetId: dataset.id, datasetName: dataset.name, imageId: image.id, key, text: null }
}

/** @param subjectId `<dataset id>:<kind> <split> <external id>` */
export async function exampleOf(db: Db | Tx, subjectId: string): Promise<SubjectImage | null> {
  const [, datasetId, kind, split, externalId] = exampleName.exec(subjectId) ?? []
  if (!datasetId || !externalId || !Uuid.safeParse(datasetId).success) return null
  const example = await db.example.findFirst({
    where: { version: { datasetId }, kind: kind as ExampleKind, split: split as Split, externalId },
    orderBy: { version: { number: 'desc' } },
    select: {
      text: true,
      version: versionFields,
      images: { orderBy: { position: 'asc' }, take: 1, select: { image: { select: { id: true, key: true } } } },
    },
  })
  const image = example?.images[0]?.image
  if (!example || !image) return null
  const { dataset } = example.version
  return { datasetId: dataset.id, datasetName: dataset.name, imageId: image.id, key: image.key, text: example.text }
}
