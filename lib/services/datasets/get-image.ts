import { z } from 'zod'
import { notFound } from '#lib/errors'
import type { ExampleKind, Split } from '#lib/generated/prisma/enums'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { exampleKey, imageSubjectId } from '../reviews/dataset-subject.ts'
import { nameOfLocation, parseLocation } from './image-location.ts'

export const GetImageInput = z.strictObject({ id: z.uuid() })

export interface ImageText {
  id: string
  kind: ExampleKind
  split: Split
  externalId: string
  text: string
  label: string | null
  answers: { answer: string; count: number }[]
  answerType: string | null
  /** The part of the image that the text is about, in pixels; null: all of it. */
  box: { x: number; y: number; width: number; height: number } | null
  /** All images of the example, in their order: NLVR2 shows two, NLVR three. */
  imageIds: string[]
  tags: string[]
  /** Names it in comments. */
  subjectId: string
  commentCount: number
}

export interface ImageDetail {
  id: string
  key: string
  fileName: string
  digest: string | null
  widthPx: number | null
  heightPx: number | null
  mediaType: string | null
  sizeBytes: number | null
  /** Where the bytes lie, in words; null: in the lab's own store. */
  location: string | null
  cocoId: string | null
  flickrId: string | null
  tags: string[]
  /** Names it in comments. */
  subjectId: string
  dataset: { id: string; name: string; license: string; attribution: string }
  /** Only the newest version can be changed. */
  version: { id: string; number: number; isNewest: boolean }
  /** Its place among the version's images, from 0. */
  position: number
  previousId: string | null
  nextId: string | null
  objects: { id: string; category: string; attributes: Record<string, string>; x: number; y: number; width: number; height: number }[]
  texts: ImageText[]
  /** All texts that show the image; `texts` holds the first 200. */
  textCount: number
}

const datasetFields = {
  ...{ id: true, name: true, license: true, attribution: true },
  versions: { orderBy: { number: 'desc' }, take: 1, select: { id: true } },
} as const

/** One image with its boxes and every text that shows it. */
export async function getImage(ctx: Context, input: z.input<typeof GetImageInput>): Promise<ImageDetail> {
  permit(ctx, 'viewer')
  const { id } = parseInput(GetImageInput, input)
  const found = await ctx.db.datasetImage.findUnique({
    where: { id },
    include: {
      objects: { orderBy: { id: 'asc' } },
      version: { select: { id: true, number: true, dataset: { select: datasetFields } } },
    },
  })
  if (!found) throw notFound('The image')
  const { version, objects, versionId: _version, location, cocoId, ...image } = found
  const { versions, ...dataset } = version.dataset
  const neighbour = async (place: number) =>
    (await ctx.db.datasetImage.findFirst({ where: { versionId: version.id, position: place }, select: { id: true } }))?.id ?? null
  const [previousId, nextId, texts, textCount, tags] = await Promise.all([
    neighbour(image.position - 1),
    neighbour(image.position + 1),
    listTexts(ctx, id),
    ctx.db.exampleImage.count({ where: { imageId: id } }),
    ctx.db.tag.findMany({
      where: { datasetId: dataset.id, imageKey: image.key },
      orderBy: { createdAt: 'asc' },
      select: { name: true, exampleKey: true },
    }),
  ])
  const comments = await countComments(
    ctx,
    texts.map((text) => `${dataset.id}:${exampleKey(text)}`),
  )
  const tagsOf = (key: string) => tags.filter((tag) => tag.exampleKey === key).map(({ name }) => name)
  const place = parseLocation(location)
  return {
    ...image,
    location: place && nameOfLocation(place),
    cocoId: cocoId === null ? null : String(cocoId),
    tags: tagsOf(''),
    subjectId: imageSubjectId(dataset.id, image.key),
    dataset,
    version: { id: version.id, number: version.number, isNewest: versions[0]?.id === version.id },
    previousId,
    nextId,
    objects: objects.map(({ imageId: _image, attributes, ...object }) => ({ ...object, attributes: texted(attributes) })),
    texts: texts.map((text) => {
      const subjectId = `${dataset.id}:${exampleKey(text)}`
      return { ...text, tags: tagsOf(exampleKey(text)), subjectId, commentCount: comments.get(subjectId) ?? 0 }
    }),
    textCount,
  }
}

async function countComments(ctx: Context, subjectIds: string[]): Promise<Map<string, number>> {
  const rows = await ctx.db.comment.groupBy({
    by: ['subjectId'],
    where: { subjectType: 'example', subjectId: { in: subjectIds }, deletedAt: null },
    _count: true,
  })
  return new Map(rows.map(({ subjectId, _count }) => [subjectId, _count]))
}

const texted = (attributes: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes as Record<string, unknown>).map(([name, value]) => [name, String(value)]))

async function listTexts(ctx: Context, imageId: string): Promise<Omit<ImageText, 'tags' | 'subjectId' | 'commentCount'>[]> {
  const rows = await ctx.db.example.findMany({
    where: { images: { some: { imageId } } },
    orderBy: { position: 'asc' },
    take: 200,
    include: { images: { orderBy: { position: 'asc' }, select: { imageId: true } } },
  })
  return rows.map(({ id, kind, split, externalId, text, label, answers, answerType, box, images }) => ({
    ...{ id, kind, split, externalId, text, label, answerType },
    answers: countAnswers(answers),
    box: toBox(box),
    imageIds: images.map((image) => image.imageId),
  }))
}

function toBox([x, y, width, height]: number[]): ImageText['box'] {
  return x === undefined || y === undefined || width === undefined || height === undefined ? null : { x, y, width, height }
}

function countAnswers(answers: string[]): ImageText['answers'] {
  const counts = new Map<string, number>()
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1)
  return [...counts].map(([answer, count]) => ({ answer, count })).sort((a, b) => b.count - a.count)
}
