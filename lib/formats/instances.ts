import type { Readable } from 'node:stream'
import { readJson } from './json-stream.ts'
import { openText } from './open-text.ts'
import { describe, fileProblem, isObject, RecordBuilder, rawText, type ParsedItem, type ParsedObject } from './record.ts'

/**
 * COCO instances: labelled boxes of the images that another file of the same import names. A record is one annotation; its
 * `attributes` object, where it has one, is kept. Sections may come in any order, so boxes wait for the category names.
 */
export async function* parseInstances(source: Readable): AsyncGenerator<ParsedItem> {
  const file = await openText(source)
  if (file.fault) return yield fileProblem('refused', file.fault.code, file.fault.reason)
  const categories = new Map<number, string>()
  const waiting: { place: string; value: unknown }[] = []
  for await (const element of readJson(file)) {
    if ('fault' in element) yield fileProblem('refused', element.fault.code, element.fault.reason, element.fault.place)
    else if (element.section === 'categories' && isObject(element.value)) {
      const { id, name } = element.value
      if (typeof id === 'number' && typeof name === 'string') categories.set(id, name)
    } else if (element.section === 'annotations' && element.index !== null) {
      if (categories.size === 0) waiting.push({ place: element.place, value: element.value })
      else yield parseBox(element.place, element.value, categories)
    }
  }
  for (const { place, value } of waiting) yield parseBox(place, value, categories)
}

function parseBox(place: string, value: unknown, categories: Map<number, string>): ParsedItem {
  const builder = new RecordBuilder(place, () => rawText(value))
  if (!isObject(value)) {
    builder.refuse('record-type', null, `the record is ${describe(value)}, an object expected`)
    return builder.build()
  }
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
