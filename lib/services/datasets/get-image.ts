import { z } from 'zod'
import { notFound } from '#lib/errors'
import type { ExampleKind, Split } from '#lib/generated/prisma/enums'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'

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
  /** All images of the example, in their order: NLVR2 shows two, NLVR three. */
  imageIds: string[]
}

export interface ImageDetail {
  id: string
  key: string
  fileName: string
  digest: string | null
  widthPx: number | null
  heightPx: number | null
  mediaType: string | null
  dataset: { id: string; name: string; license: string; attribution: string }
  version: { id: string; number: number }
  previousId: string | null
  nextId: string | null
  objects: { id: string; category: string; attributes: Record<string, string>; x: number; y: number; width: number; height: number }[]
  texts: ImageText[]
  /** All texts that show the image; `texts` holds the first 200. */
  textCount: number
}

/** One image with its boxes and every text that shows it. */
export async function getImage(ctx: Context, input: z.input<typeof GetImageInput>): Promise<ImageDetail> {
  permit(ctx, 'viewer')
  const { id } = parseInput(GetImageInput, input)
  const found = await ctx.db.datasetImage.findUnique({
    where: { id },
    include: {
      objects: { orderBy: { id: 'asc' } },
      version: { select: { id: true, number: true, dataset: { select: { id: true, name: true, license: true, attribution: true } } } },
    },
  })
  if (!found) throw notFound('The image')
  const { version, objects, position, versionId: _version, ...image } = found
  const neighbour = async (place: number) =>
    (await ctx.db.datasetImage.findFirst({ where: { versionId: version.id, position: place }, select: { id: true } }))?.id ?? null
  const [previousId, nextId, texts, textCount] = await Promise.all([
    neighbour(position - 1),
    neighbour(position + 1),
    listTexts(ctx, id),
    ctx.db.exampleImage.count({ where: { imageId: id } }),
  ])
  return {
    ...image,
    dataset: version.dataset,
    version: { id: version.id, number: version.number },
    previousId,
    nextId,
    objects: objects.map(({ imageId: _image, attributes, ...object }) => ({ ...object, attributes: texted(attributes) })),
    texts,
    textCount,
  }
}

const texted = (attributes: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes as Record<string, unknown>).map(([name, value]) => [name, String(value)]))

async function listTexts(ctx: Context, imageId: string): Promise<ImageText[]> {
  const rows = await ctx.db.example.findMany({
    where: { images: { some: { imageId } } },
    orderBy: { position: 'asc' },
    take: 200,
    include: { images: { orderBy: { position: 'asc' }, select: { imageId: true } } },
  })
  return rows.map(({ id, kind, split, externalId, text, label, answers, answerType, images }) => ({
    ...{ id, kind, split, externalId, text, label, answerType },
    answers: countAnswers(answers),
    imageIds: images.map((image) => image.imageId),
  }))
}

function countAnswers(answers: string[]): ImageText['answers'] {
  const counts = new Map<string, number>()
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1)
  return [...counts].map(([answer, count]) => ({ answer, count })).sort((a, b) => b.count - a.count)
}
