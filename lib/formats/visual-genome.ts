import { parseJsonRecords, type Entry, type OpenSource } from './json-records.ts'
import { readObject } from './read-fields.ts'
import {
  describe,
  fileProblem,
  rawText,
  RecordBuilder,
  type ImageRef,
  type ParsedExample,
  type ParsedItem,
  type ParseOptions,
} from './record.ts'
import type { VisualGenomeImage } from './visual-genome-images.ts'

/**
 * Visual Genome's region descriptions: `[{ id, regions: [{ region_id, phrase, x, y, width, height }] }]`. An image and each of its
 * regions are records; a phrase is a caption of the whole image, its box is kept with it.
 */
export async function* parseRegions(
  open: OpenSource,
  options: ParseOptions,
  known: ReadonlyMap<number, VisualGenomeImage> | null,
): AsyncGenerator<ParsedItem[]> {
  if (known === null) yield [fileProblem('notice', 'no-image-data', withoutImageData)]
  const context: Context = { options, known, seen: new Map() }
  let count = 0
  let hasFault = false
  const parsed = parseJsonRecords(open, (entry) => {
    if (entry.index === null) return []
    count += 1
    return parseEntry(entry, context)
  })
  for await (const items of parsed) {
    hasFault ||= items.some((item) => 'problem' in item && item.problem.severity === 'refused')
    yield items
  }
  if (count === 0 && !hasFault) yield [fileProblem('refused', 'no-records', 'no list of images with regions was found')]
}

const withoutImageData =
  'without image_data.json nobody can tell which images are COCO or Flickr photos: leaks into their test sets cannot be checked'

interface Context {
  options: ParseOptions
  known: ReadonlyMap<number, VisualGenomeImage> | null
  /** Image ids with their places. */
  seen: Map<number, string>
}

function parseEntry({ value: entry, builder }: Entry, context: Context): ParsedItem[] {
  const value = readObject(entry, builder)
  const id = value && readImageId(value, builder)
  if (!value || id === null) return [builder.build()]
  const first = context.seen.get(id)
  if (first) builder.refuse('duplicate-image-id', 'id', `image ${id} already at ${first}`)
  const regions = value['regions']
  if (!Array.isArray(regions)) builder.refuse('regions-type', 'regions', `regions is ${describe(regions)}, a list expected`)
  const size = context.known?.get(id)
  if (context.known && !size) {
    const reason = `image ${id} is not in image_data.json: the folder VG_100K or VG_100K_2 is searched`
    builder.warn('no-image-data', 'id', reason)
  }
  if (!builder.accepted) return [builder.build()]
  context.seen.set(id, builder.place)
  const image = builder.build({ images: [imageOf(id, size)] })
  const parsed = (regions as unknown[]).map((region, i) => {
    const place = `${builder.place}.regions[${i}]`
    return parseRegion(region, new RecordBuilder(place, () => rawText(region), builder.span), id, size, context)
  })
  return [image, ...parsed]
}

function readImageId(value: Record<string, unknown>, builder: RecordBuilder): number | null {
  const id = value['id'] ?? value['image_id']
  if (typeof id === 'number' && Number.isSafeInteger(id)) return id
  if (id === undefined) builder.refuse('id-missing', 'id', 'neither id nor image_id')
  else builder.refuse('id-type', 'id', `the image's id is ${describe(id)}, a number expected`)
  return null
}

function imageOf(id: number, size: VisualGenomeImage | undefined): ImageRef {
  const folders = size?.folder ? [size.folder] : ['VG_100K', 'VG_100K_2']
  return {
    ...{ key: String(id), candidates: [...folders.map((folder) => `${folder}/${id}.jpg`), `${id}.jpg`] },
    ...(size?.cocoId === undefined ? {} : { cocoId: size.cocoId }),
    ...(size?.flickrId === undefined ? {} : { flickrId: size.flickrId }),
  }
}

function parseRegion(
  region: unknown,
  builder: RecordBuilder,
  image: number,
  size: VisualGenomeImage | undefined,
  { options }: Context,
): ParsedItem {
  const value = readObject(region, builder)
  if (!value) return builder.build()
  const { region_id: id, image_id: given, phrase } = value
  if (typeof id !== 'number' || !Number.isSafeInteger(id))
    builder.refuse('region-id', 'region_id', `region_id is ${describe(id)}, a number below 2^53 expected`)
  if (given !== undefined && given !== image)
    builder.refuse('image-mismatch', 'image_id', `region says image ${String(given)} inside image ${image}`)
  if (typeof phrase !== 'string') builder.refuse('phrase-type', 'phrase', `phrase is ${describe(phrase)}, text expected`)
  else if (phrase.trim() === '') builder.refuse('phrase-empty', 'phrase', 'phrase is empty')
  const box = readBox(value, builder, size)
  if (!builder.accepted) return builder.build()
  const example: ParsedExample = {
    kind: 'caption',
    split: options.split,
    externalId: String(id as number),
    text: (phrase as string).trim(),
    label: null,
    answers: [],
    answerType: null,
    groupKey: null,
    imageKeys: [String(image)],
    ...(box ? { box } : {}),
  }
  return builder.build({ examples: [example] })
}

/** The part of the box inside the image; null where no part of the image can be told. */
function readBox(value: Record<string, unknown>, builder: RecordBuilder, size: VisualGenomeImage | undefined): ParsedExample['box'] | null {
  const { x, y, width, height } = value
  if (![x, y, width, height].every((side) => typeof side === 'number' && Number.isFinite(side))) {
    const missing = Object.entries({ x, y, width, height }).filter(([, side]) => typeof side !== 'number')
    const names = missing.map(([name]) => name).join(' and ')
    builder.warn('box-size', 'width', `${names} ${missing.length > 1 ? 'are' : 'is'} missing or no number: taken without its box`)
    return null
  }
  const box = { left: x as number, top: y as number, right: (x as number) + (width as number), bottom: (y as number) + (height as number) }
  const negative = [...(box.left < 0 ? [`x is ${box.left}`] : []), ...(box.top < 0 ? [`y is ${box.top}`] : [])]
  if (negative.length > 0) builder.warn('box-negative', 'x', `${negative.join(', ')}: clipped`)
  if (size && (box.right > size.width || box.bottom > size.height))
    builder.warn('box-outside', 'width', `box leaves the ${size.width}x${size.height} image: clipped`)
  const [left, top] = [Math.max(0, box.left), Math.max(0, box.top)]
  const right = Math.min(box.right, size?.width ?? Infinity)
  const bottom = Math.min(box.bottom, size?.height ?? Infinity)
  return right > left && bottom > top ? [left, top, right - left, bottom - top] : null
}
