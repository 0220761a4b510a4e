import { parseJsonRecords, type OpenSource } from './json-records.ts'
import { readObject } from './read-fields.ts'
import { describe, isObject, type ParsedItem, type ParsedObject, type RecordBuilder } from './record.ts'

/**
 * COCO instances: labelled boxes of the images that another file of the same import names. A record is one annotation; its
 * `attributes` object, where it has one, is kept. A file with the boxes before their category names is read twice, so that none waits.
 */
export async function* parseInstances(open: OpenSource): AsyncGenerator<ParsedItem[]> {
  const categories = new Map<number, string>()
  let isBoxesFirst = false
  yield* parseJsonRecords(open, ({ section, index, value, builder }) => {
    if (section === 'categories' && isObject(value)) {
      const { id, name } = value
      if (typeof id === 'number' && typeof name === 'string') categories.set(id, name)
    }
    if (section !== 'annotations' || index === null) return []
    if (categories.size > 0) return [parseBox(value, builder, categories)]
    isBoxesFirst = true
    return []
  })
  if (!isBoxesFirst) return
  const second = parseJsonRecords(open, ({ section, index, value, builder }) =>
    section === 'annotations' && index !== null ? [parseBox(value, builder, categories)] : [],
  )
  for await (const items of second) yield items.filter((item) => 'record' in item)
}

function parseBox(entry: unknown, builder: RecordBuilder, categories: Map<number, string>): ParsedItem {
  const value = readObject(entry, builder)
  if (!value) return builder.build()
  const imageId = value['image_id']
  if (typeof imageId !== 'number') builder.refuse('id-type', 'image_id', `image_id is ${describe(imageId)}, a number expected`)
  const category = categories.get(value['category_id'] as number)
  if (category === undefined)
    builder.refuse('unknown-category', 'category_id', `category_id ${String(value['category_id'])} is in no categories[] entry`)
  const box = value['bbox']
  if (!isBox(box)) {
    const kind =
      value['caption'] === undefined ? `bbox is ${describe(box)}, four numbers expected` : 'a caption but no bbox: a captions file'
    builder.refuse('box-type', 'bbox', kind)
    return builder.build()
  }
  const [x, y, width, height] = box
  if (width <= 0 || height <= 0) builder.refuse('box-size', 'bbox', `the box is ${width} wide and ${height} high`)
  const object: ParsedObject = {
    imageKey: String(imageId as number),
    category: category ?? '',
    attributes: isObject(value['attributes']) ? { ...value['attributes'] } : {},
    x,
    y,
    width,
    height,
  }
  return builder.build({ objects: [object] })
}

function isBox(value: unknown): value is [number, number, number, number] {
  return Array.isArray(value) && value.length === 4 && value.every((entry) => typeof entry === 'number' && Number.isFinite(entry))
}
