import { parseJsonRecords, type Entry, type OpenSource } from './json-records.ts'
import { readObject, readWholeNumber } from './read-fields.ts'
import { describe, fileProblem, leavesRoot, type ImageRef, type ParsedItem, type ParseOptions, type RecordBuilder } from './record.ts'

/**
 * COCO captions in the official form: `images[]` and `annotations[]`, in either order; both sections' entries are records.
 * A caption can only be judged when all images are known: a file with the captions first is read twice, so that none has to wait.
 */
export async function* parseCocoCaptions(open: OpenSource, options: ParseOptions): AsyncGenerator<ParsedItem[]> {
  const context: Context = { options, images: new Map() }
  let hasImages = false
  let isCaptionsFirst = false
  let hasFault = false
  const first = parseJsonRecords(open, (entry) => {
    if (entry.index === null) return []
    if (entry.section === 'images') {
      hasImages = true
      return [parseImage(entry, context)]
    }
    if (entry.section !== 'annotations') return []
    if (hasImages) return [parseCaption(entry, context)]
    isCaptionsFirst = true
    return []
  })
  for await (const items of first) {
    hasFault ||= items.some((item) => 'problem' in item && item.problem.severity === 'refused')
    yield items
  }
  if (!hasImages && !hasFault) yield [fileProblem('refused', 'no-records', 'no images[] list was found')]
  if (!isCaptionsFirst) return
  const second = parseJsonRecords(open, (entry) =>
    entry.section === 'annotations' && entry.index !== null ? [parseCaption(entry, context)] : [],
  )
  for await (const items of second) yield items.filter((item) => 'record' in item)
}

interface Context {
  options: ParseOptions
  /** Image ids with their places. */
  images: Map<number, string>
}

function parseImage({ value: entry, builder }: Entry, context: Context): ParsedItem {
  const value = readObject(entry, builder)
  if (!value) return builder.build()
  const id = readWholeNumber(value, 'id', builder)
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
  context.images.set(id, builder.place)
  return builder.build({ images: [imageOf(name, id)] })
}

function imageOf(name: string, id: number): ImageRef {
  const release = /COCO_([a-z]+\d{4})_/.exec(name)?.[1]
  const padded = `${String(id).padStart(12, '0')}.jpg`
  const image = { key: String(id), candidates: [name, ...(release ? [`${release}/${name}`] : []), padded], number: id }
  // A private set in COCO's form has ids of its own: only COCO's file names tell that an id is COCO's.
  return name.endsWith(padded) ? { ...image, cocoId: id } : image
}

function parseCaption({ value: entry, builder }: Entry, context: Context): ParsedItem {
  const value = readObject(entry, builder)
  if (!value) return builder.build()
  const id = readWholeNumber(value, 'id', builder)
  const imageId = value['image_id']
  const text = readCaption(value, builder)
  if (typeof imageId !== 'number' || !context.images.has(imageId)) {
    builder.refuse('unknown-image', 'image_id', `image_id ${String(imageId)} is in no images[] entry`)
  }
  if (!builder.accepted || id === null || text === null) return builder.build()
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
