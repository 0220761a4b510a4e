import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { putArtifact } from '../lib/artifacts.ts'
import { db } from '../lib/db.ts'
import type { ExampleKind, Split } from '../lib/generated/prisma/enums.ts'

export interface SmallDataset {
  datasetId: string
  versionId: string
  imageIds: string[]
}

const colours = { red: '#d02020', green: '#20a020', blue: '#2040d0', yellow: '#d0c020' } as const
const names = Object.keys(colours) as (keyof typeof colours)[]
const imageSizePx = 32

interface ImageCounts {
  train: number
  val: number
  test: number
}

/** A dataset of plain coloured squares with captions, questions, statements and hypotheses: enough for every stage, trained in seconds. */
export async function createSmallDataset(name = 'small', counts: ImageCounts = { train: 16, val: 4, test: 4 }): Promise<SmallDataset> {
  const dataset = await db().dataset.create({ data: { name, format: 'coco_karpathy' } })
  const digest = createHash('sha256')
    .update(`${name} ${JSON.stringify(counts)}`)
    .digest('hex')
  const version = await db().datasetVersion.create({ data: { datasetId: dataset.id, number: 1, digest, counts: {} } })
  const imageIds: string[] = []
  let position = 0
  for (const split of ['train', 'val', 'test'] as const) {
    for (let i = 0; i < counts[split]; i += 1) {
      imageIds.push(await createImage(version.id, split, position))
      position += 1
    }
  }
  return { datasetId: dataset.id, versionId: version.id, imageIds }
}

async function createImage(versionId: string, split: Split, position: number): Promise<string> {
  const colour = names[position % names.length] as keyof typeof colours
  const inset = position % 5
  const square = { create: { width: 12 + inset, height: 12, channels: 3 as const, background: colours[colour] } }
  const canvas = { create: { width: imageSizePx, height: imageSizePx, channels: 3 as const, background: `rgb(${position}, 20, 30)` } }
  const patch = await sharp(square).png().toBuffer()
  const bytes = await sharp(canvas)
    .composite([{ input: patch, left: 4 + inset, top: 6 }])
    .png()
    .toBuffer()
  const { digest } = await putArtifact(bytes)
  const image = await db().datasetImage.create({
    data: {
      ...{ versionId, key: String(position), fileName: `${position}.png`, position, digest, mediaType: 'image/png' },
      ...{ widthPx: imageSizePx, heightPx: imageSizePx },
      objects: { create: { category: 'square', attributes: { colour }, x: 4 + inset, y: 6, width: 12 + inset, height: 12 } },
    },
  })
  await createTexts(versionId, split, position, image.id, colour)
  return image.id
}

async function createTexts(versionId: string, split: Split, position: number, imageId: string, colour: string): Promise<void> {
  const isTrue = position % 2 === 0
  const said = isTrue ? colour : (names[(position + 1) % names.length] as string)
  const add = async (kind: ExampleKind, text: string, more: { label?: string; answers?: string[]; answerType?: string } = {}) => {
    const place = position * 10 + ['caption', 'question', 'statement', 'hypothesis'].indexOf(kind)
    await db().example.create({
      data: {
        ...{ versionId, kind, split, position: place, externalId: `${place} ${text}`, text, answers: [], ...more },
        images: { create: { position: 0, imageId } },
      },
    })
  }
  await add('caption', `a ${colour} square`)
  await add('caption', `there is one square and it is ${colour}`)
  await add('question', 'what colour is the square', { label: colour, answers: Array<string>(10).fill(colour), answerType: 'other' })
  await add('statement', `the square is ${said}`, { label: String(isTrue) })
  await add('hypothesis', `one square is ${said}`, { label: isTrue ? 'entailment' : 'contradiction' })
}

/** Fields that make a stage take seconds. */
export const smallOverrides = [
  { field: 'image.shortSidePx', value: 32 },
  { field: 'image.longSidePx', value: 32 },
  { field: 'transformer.layers', value: 1 },
  { field: 'transformer.hiddenSize', value: 32 },
  { field: 'transformer.heads', value: 2 },
  { field: 'transformer.feedForwardSize', value: 64 },
  { field: 'text.vocabularySize', value: 64 },
  { field: 'pretrain.epochs', value: 2 },
  { field: 'pretrain.imagesPerBatch', value: 8 },
  { field: 'retrieval.epochs', value: 1 },
  { field: 'vqa.epochs', value: 1 },
  { field: 'nlvr2.epochs', value: 1 },
  { field: 'snliVe.epochs', value: 1 },
]
