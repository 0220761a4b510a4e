import type { Readable } from 'node:stream'
import { readJson } from './json-stream.ts'
import { openText } from './open-text.ts'
import {
  describe,
  fileProblem,
  isObject,
  leavesRoot,
  RecordBuilder,
  rawText,
  type ImageRef,
  type ParsedItem,
  type ParseOptions,
} from './record.ts'

/**
 * COCO captions in the official form: `images[]` and `annotations[]`, in either order; both sections' entries are records.
 * Captions that come before the images wait, as a reference can only be judged when all images are known.
 */
export async function* parseCocoCaptions(source: Readable, options: ParseOptions): AsyncGenerator<ParsedItem> {
  const file = await openText(source)
  if (file.fault) return yield fileProblem('refused', file.fault.code, file.fault.reason)
  const context: Context = { options, images: new Map(), captions: new Map() }
  const waiting: { place: string; value: unknown }[] = []
  for await (const element of readJson(file)) {
    if ('fault' in element) yield fileProblem('refused', element.fault.code, element.fault.reason, element.fault.place)
    else if (element.index === null) continue
    else if (element.section === 'images') yield parseImage(element.place, element.value, context)
    else if (element.section === 'annotations') waiting.push({ place: element.place, value: element.value })
  }
  if (context.images.size === 0) yield fileProblem('refused', 'no-records', 'no images[] list was found')
  for (const { place, value } of waiting) yield parseCaption(place, value, context)
}

interface Context {
  options: ParseOptions
  /** Image ids with their places. */
  images: Map<number, string>
  captions: Map<number, string>
}

function parseImage(place: string, value: unknown, context: Context): ParsedItem {
  const builder = new RecordBuilder(place, () => rawText(value))
  if (!isObject(value)) {
    builder.refuse('record-type', null, `the record is ${describe(value)}, an object expected`)
    return builder.build()
  }
  const id = readId(value, builder)
  const first = id === null ? undefined : context.images.get(id)
  if (first) builder.refuse('duplicate-image-id', 'id', `id ${id} already at ${first}`)
  const name = value['file_name']
  if (typeof name !== 'string' || name.trim() === '') {
    builder.refuse('file-name-missing', 'file_name', name === undefined ? 'file_name is missing' : `file_name is ${describe(name)}`)
  } else if (leavesRoot(name)) builder.refuse('path-escape', 'file_name', 'file_name leaves the image folder: refused')
  const { width, height } = value
  if ([width, height].some((side) => side !== undefined && !(typeof side === 'number' && side > 0))) {
    builder.warn('size', 'width', `width ${String(width)}, height ${String(height)}: the file decides`)
  }
  if (!builder.accepted || id === null || typeof name !== 'string') return builder.build()
  context.images.set(id, place)
  const image: ImageRef = { key: String(id), candidates: candidatesOf(name, id), number: id }
  return builder.build({ images: [image] })
}

function candidatesOf(name: string, id: number): string[] {
  const release = /COCO_([a-z]+\d{4})_/.exec(name)?.[1]
  const padded = `${String(id).padStart(12, '0')}.jpg`
  return [name, ...(release ? [`${release}/${name}`] : []), padded]
}

function parseCaption(place: string, value: unknown, context: Context): ParsedItem {
  const builder = new RecordBuilder(place, () => rawText(value))
  if (!isObject(value)) {
    builder.refuse('record-type', null, `the record is ${describe(value)}, an object expected`)
    return builder.build()
  }
  const id = readId(value, builder)
  const first = id === null ? undefined : context.captions.get(id)
  if (first) builder.refuse('duplicate-caption-id', 'id', `id ${id} already at ${first}`)
  const imageId = value['image_id']
  const text = readCaption(value, builder)
  if (typeof imageId !== 'number' || !context.images.has(imageId)) {
    builder.refuse('unknown-image', 'image_id', `image_id ${String(imageId)} is in no images[] entry`)
  }
  if (!builder.accepted || id === null || text === null) return builder.build()
  context.captions.set(id, place)
  const example = {
    kind: 'caption' as const,
    split: context.options.split,
    externalId: String(id),
    text,
    label: null,
    answers: [],
    answerType: null,
    groupKey: null,
    imageKeys: [String(imageId)],
  }
  return builder.build({ examples: [example] })
}

function readId(value: Record<string, unknown>, builder: RecordBuilder): number | null {
  const id = value['id']
  if (typeof id === 'number' && Number.isSafeInteger(id)) return id
  if (typeof id === 'bigint') builder.refuse('id-too-large', 'id', 'id is beyond 2^53: it cannot be read exactly as a number')
  else builder.refuse('id-type', 'id', `id ${typeof id === 'string' ? `"${id}" ` : ''}is ${describe(id)}, a number expected`)
  return null
}

function readCaption(value: Record<string, unknown>, builder: RecordBuilder): string | null {
  const caption = value['caption']
  if (typeof caption === 'string') {
    const text = caption.trim().replaceAll(/\s+/g, ' ')
    if (text === '') builder.refuse('caption-empty', 'caption', 'caption is empty after trimming')
    return text || null
  }
  if (caption === undefined && value['bbox'] !== undefined) {
    builder.refuse('wrong-kind', 'caption', 'no caption but a bbox: an instances file was given for a captions file')
  } else builder.refuse('caption-type', 'caption', `caption is ${describe(caption)}, text expected`)
  return null
}
