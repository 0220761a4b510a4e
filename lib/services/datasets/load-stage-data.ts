import type { Db } from '#lib/db'
import type { ExampleKind } from '#lib/generated/prisma/enums'
import type { StageKind } from '#lib/soho/config'
import { entailmentLabels } from '#lib/soho/contract'
import type { EntailmentLabel, StageData } from '#lib/soho/contract'
import type { LabelledBox } from '../codebooks/token-labels.ts'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { parseLocation } from './image-location.ts'
import { nameOfPlace, type ImagePlace } from './open-image.ts'
import { exampleKindOf } from './stage-examples.ts'

/** An image of a stage: `openImage` reads it. */
export interface StageImage extends ImagePlace {
  id: string
  /** As messages name it: a path, where it is a file of its own. */
  file: string
  widthPx: number
  heightPx: number
}

export interface LoadedData {
  images: StageImage[]
  data: StageData
}

interface Row {
  exampleId: string
  split: 'train' | 'val' | 'test'
  text: string
  label: string | null
  answers: string[]
  answerType: string | null
  group: string
  images: number[]
}

/** The examples of a dataset version that a stage trains on, with the images they show. Examples without a readable image are left out. */
export async function loadStageData(ctx: Context, versionId: string, kind: StageKind): Promise<LoadedData> {
  permitSystem(ctx)
  const images = await loadImages(ctx.db, versionId)
  const places = new Map(images.map(({ id }, i) => [id, i]))
  const rows = await loadRows(ctx.db, versionId, exampleKindOf[kind], places)
  const split = <E>(convert: (row: Row) => E) => ({
    train: rows.filter((row) => row.split === 'train').map(convert),
    val: rows.filter((row) => row.split === 'val').map(convert),
    test: rows.filter((row) => row.split === 'test').map(convert),
  })
  return { images, data: convertRows(kind, split) }
}

type Split = <E>(convert: (row: Row) => E) => { train: E[]; val: E[]; test: E[] }

function convertRows(kind: StageKind, split: Split): StageData {
  const base = ({ exampleId, text, images }: Row) => ({ exampleId, text, image: images[0] as number })
  switch (kind) {
    case 'pretrain':
    case 'retrieval':
      return { kind, examples: split(base) }
    case 'vqa':
      return { kind, examples: split((row) => ({ ...base(row), answers: row.answers, answerType: row.answerType })) }
    case 'nlvr2':
      return {
        kind,
        examples: split(({ exampleId, text, images, label, group }) => ({ exampleId, text, images, label: label === 'true', group })),
      }
    case 'snli-ve':
      return {
        kind,
        examples: split((row) => ({ ...base(row), label: entailmentLabels.find((label) => label === row.label) as EntailmentLabel })),
      }
  }
}

async function loadImages(db: Db, versionId: string): Promise<StageImage[]> {
  const found = await db.datasetImage.findMany({
    where: { versionId, digest: { not: null } },
    orderBy: [{ position: 'asc' }, { key: 'asc' }],
    select: { id: true, digest: true, sizeBytes: true, location: true, widthPx: true, heightPx: true },
  })
  return found.map(({ id, digest, sizeBytes, location, widthPx, heightPx }) => {
    const place = { digest: digest ?? '', sizeBytes, location: parseLocation(location) }
    return { id, file: nameOfPlace(place), ...place, widthPx: widthPx ?? 0, heightPx: heightPx ?? 0 }
  })
}

async function loadRows(db: Db, versionId: string, kind: ExampleKind, places: Map<string, number>): Promise<Row[]> {
  const examples = await db.example.findMany({
    where: { versionId, kind },
    // Equal positions would come in any order, and with them the batches.
    orderBy: [{ position: 'asc' }, { split: 'asc' }, { externalId: 'asc' }],
    include: { images: { orderBy: { position: 'asc' }, select: { imageId: true } } },
  })
  return examples.flatMap((example) => {
    const images = example.images.map(({ imageId }) => places.get(imageId))
    if (images.length === 0 || images.includes(undefined)) return []
    // `restval` is the part of COCO's validation images that everyone trains on.
    const split = example.split === 'restval' ? 'train' : example.split
    const { id, text, label, answers, answerType, groupKey } = example
    return [{ exampleId: id, split, text, label, answers, answerType, group: groupKey ?? id, images: images as number[] }]
  })
}

/** Labelled boxes by image id; empty where the dataset has no instances file. */
export async function loadBoxes(ctx: Context, versionId: string): Promise<Map<string, LabelledBox[]>> {
  permitSystem(ctx)
  const objects = await ctx.db.imageObject.findMany({ where: { image: { versionId } } })
  const boxes = new Map<string, LabelledBox[]>()
  for (const { imageId, category, attributes, x, y, width, height } of objects) {
    const named = Object.entries(attributes as Record<string, unknown>).map(([name, value]) => [name, String(value)] as const)
    const box = { labels: { category, ...Object.fromEntries(named) }, x, y, width, height }
    boxes.set(imageId, [...(boxes.get(imageId) ?? []), box])
  }
  return boxes
}
