import { parseJsonRecords, type OpenSource } from './json-records.ts'
import { readObject, readWholeNumber } from './read-fields.ts'
import { describe, type ParsedItem, type RecordBuilder } from './record.ts'

/** What image_data.json tells of an image. */
export interface VisualGenomeImage {
  width: number
  height: number
  /** `VG_100K` or `VG_100K_2`, as its address says. */
  folder: string | null
  cocoId?: number
  flickrId?: string
}

/** Reads image_data.json into `images`; its entries are records that bring no examples. */
export async function* parseImageData(open: OpenSource, images: Map<number, VisualGenomeImage>): AsyncGenerator<ParsedItem[]> {
  yield* parseJsonRecords(open, ({ index, value: entry, builder }) => {
    if (index === null) return []
    const value = readObject(entry, builder)
    const id = value && readWholeNumber(value, value['image_id'] === undefined ? 'id' : 'image_id', builder)
    if (!value || id === null) return [builder.build()]
    const image = readImage(value, builder)
    if (images.has(id)) builder.refuse('duplicate-image-id', 'image_id', `image ${id} is described twice: the first one counts`)
    if (builder.accepted && image) images.set(id, image)
    return [builder.build()]
  })
}

function readImage(value: Record<string, unknown>, builder: RecordBuilder): VisualGenomeImage | null {
  const { width, height, url, coco_id: cocoId, flickr_id: flickrId } = value
  if (!(typeof width === 'number' && width > 0 && typeof height === 'number' && height > 0)) {
    builder.refuse('size', 'width', `width ${shown(width)}, height ${shown(height)}: two numbers above 0 expected`)
    return null
  }
  const folder = typeof url === 'string' ? (/\/(VG_100K(?:_2)?)\//.exec(url)?.[1] ?? null) : null
  return {
    ...{ width, height, folder },
    ...(typeof cocoId === 'number' ? { cocoId } : {}),
    ...(typeof flickrId === 'number' || typeof flickrId === 'string' ? { flickrId: String(flickrId) } : {}),
  }
}

const shown = (value: unknown) => (typeof value === 'number' ? String(value) : `is ${describe(value)}`)
