import type { Db } from '#lib/db'
import type { CheckFindingModel } from '#lib/generated/prisma/models'
import type { ExampleKind, Split } from '#lib/generated/prisma/enums'

export interface FindingImage {
  id: string
  key: string
  widthPx: number | null
  heightPx: number | null
  isMissing: boolean
  dataset: { id: string; name: string; number: number; versionId: string }
  /** Of the examples that show it. */
  splits: Split[]
}

export interface FindingExample {
  id: string
  kind: ExampleKind
  split: Split
  externalId: string
  text: string
  label: string | null
}

export interface FindingView {
  id: string
  code: string
  image: FindingImage | null
  otherImage: FindingImage | null
  example: FindingExample | null
  otherExample: FindingExample | null
  distance: number | null
}

type Row = Pick<CheckFindingModel, 'id' | 'code' | 'imageId' | 'otherImageId' | 'exampleId' | 'otherExampleId' | 'distance'>

export const findingFields = {
  id: true,
  code: true,
  imageId: true,
  otherImageId: true,
  exampleId: true,
  otherExampleId: true,
  distance: true,
} as const

const isId = (id: string | null): id is string => id !== null

/** Findings with the images and examples they are about; a version deleted since leaves its part empty. */
export async function toFindingViews(db: Db, rows: Row[]): Promise<FindingView[]> {
  const images = await readImages(db, rows.flatMap((row) => [row.imageId, row.otherImageId]).filter(isId))
  const examples = await readExamples(db, rows.flatMap((row) => [row.exampleId, row.otherExampleId]).filter(isId))
  return rows.map(({ id, code, imageId, otherImageId, exampleId, otherExampleId, distance }) => ({
    ...{ id, code, distance },
    image: images.get(imageId ?? '') ?? null,
    otherImage: images.get(otherImageId ?? '') ?? null,
    example: examples.get(exampleId ?? '') ?? null,
    otherExample: examples.get(otherExampleId ?? '') ?? null,
  }))
}

async function readImages(db: Db, ids: string[]): Promise<Map<string, FindingImage>> {
  const rows = await db.datasetImage.findMany({
    where: { id: { in: ids } },
    select: {
      ...{ id: true, key: true, widthPx: true, heightPx: true, digest: true },
      version: { select: { id: true, number: true, dataset: { select: { id: true, name: true } } } },
    },
  })
  const used = await db.$queryRaw<{ imageId: string; splits: Split[] }[]>`
    select x."imageId", array_agg(distinct e.split::text order by e.split::text) as splits
    from "ExampleImage" x join "Example" e on e.id = x."exampleId" where x."imageId" = any(${ids}::uuid[]) group by x."imageId"`
  const splitsOf = new Map(used.map(({ imageId, splits }) => [imageId, splits]))
  return new Map(
    rows.map(({ id, key, widthPx, heightPx, digest, version }) => [
      id,
      {
        ...{ id, key, widthPx, heightPx },
        isMissing: digest === null,
        dataset: { id: version.dataset.id, name: version.dataset.name, number: version.number, versionId: version.id },
        splits: splitsOf.get(id) ?? [],
      },
    ]),
  )
}

async function readExamples(db: Db, ids: string[]): Promise<Map<string, FindingExample>> {
  const rows = await db.example.findMany({
    where: { id: { in: ids } },
    select: { id: true, kind: true, split: true, externalId: true, text: true, label: true },
  })
  return new Map(rows.map((row) => [row.id, row]))
}
