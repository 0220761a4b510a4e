import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { deflateRawSync } from 'node:zlib'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { putArtifact } from '#lib/artifacts'
import { db } from '#lib/db'
import { env } from '#lib/env'
import { getPatch } from '#lib/services/codebooks/get-patch'
import { systemContext, type Context } from '#lib/services/context'
import { loadStageData } from '#lib/services/datasets/load-stage-data'
import { openImage } from '#lib/services/datasets/open-image'
import { readImage } from '#lib/services/datasets/read-image'
import { createImport } from '#lib/services/imports/create-import'
import { createDemoFolder } from '#lib/services/imports/data-roots'
import { getImport, type ImportDetail } from '#lib/services/imports/get-import'
import { listImportProblems } from '#lib/services/imports/list-import-problems'
import { writeZip } from '../../tests/write-zip.ts'
import { createImageSource } from '../image-source.ts'
import { importDataset } from './import-dataset.ts'

let ctx: Context
let folder = ''
beforeAll(async () => {
  ctx = systemContext('test')
  folder = await createDemoFolder()
})

const picture = (widthPx: number, heightPx: number, background = '#3070b0') =>
  sharp({ create: { width: widthPx, height: heightPx, channels: 3, background } })
const jpeg = (widthPx: number, heightPx: number, background?: string) => picture(widthPx, heightPx, background).jpeg().toBuffer()

/** Noise, which a JPEG cannot make small. */
function photo(widthPx: number, heightPx: number): Promise<Buffer> {
  const noise = { type: 'gaussian' as const, mean: 120, sigma: 40 }
  return sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: '#000000', noise } })
    .jpeg()
    .toBuffer()
}

async function write(place: string, bytes: Buffer): Promise<void> {
  await mkdir(path.dirname(path.join(folder, place)), { recursive: true })
  await writeFile(path.join(folder, place), bytes)
}

interface Imported {
  detail: ImportDetail
  images: {
    id: string
    fileName: string
    digest: string | null
    location: unknown
    sizeBytes: number | null
    widthPx: number | null
    heightPx: number | null
  }[]
  problems: { severity: string; code: string; reason: string }[]
}

type Root = { name: string; path: string } | { name: string; artifact: string }

/** Imports one captioned record for each file name. */
async function importFiles(datasetName: string, fileNames: string[], root: Root): Promise<Imported> {
  const record = (filename: string, imgid: number) => ({
    filename,
    imgid,
    split: 'train',
    sentences: [{ raw: `Picture ${imgid} in words.`, imgid, sentid: imgid }],
  })
  await write(`${datasetName}.json`, Buffer.from(JSON.stringify({ images: fileNames.map(record), dataset: 'flickr' })))
  const files = [{ role: 'captions' as const, split: null, name: 'captions.json', path: path.join(folder, `${datasetName}.json`) }]
  const { id, datasetId } = await createImport(ctx, { datasetName, format: 'coco_karpathy', files, imageRoots: [root] })
  await importDataset({ importId: id }, { ctx, signal: new AbortController().signal })
  const detail = await getImport(ctx, { id })
  expect(detail.status).toBe('succeeded')
  const newest = await db().datasetVersion.findFirstOrThrow({ where: { datasetId }, orderBy: { number: 'desc' } })
  const images = await db().datasetImage.findMany({ where: { versionId: newest.id }, orderBy: { position: 'asc' } })
  return { detail, images, problems: (await listImportProblems(ctx, { importId: id, limit: 500 })).problems }
}

const at = (place: string): Root => ({ name: place, path: path.join(folder, place) })
const artifactCount = async () =>
  (await readdir(path.join(env().dataDir, 'artifacts'), { recursive: true }).catch(() => [])).filter((name) => /[0-9a-f]{64}$/.test(name))
    .length

/** Reads it in every way that the lab has. */
async function readEverywhere(id: string): Promise<void> {
  expect((await readImage(ctx, { id, thumbnailSizePx: null })).mediaType).toBe('image/jpeg')
  expect((await getPatch(ctx, { imageId: id, x: 0, y: 0, width: 8, height: 8 })).mediaType).toBe('image/png')
  const { versionId } = await db().datasetImage.findUniqueOrThrow({ where: { id } })
  const { images } = await loadStageData(ctx, versionId, 'pretrain')
  const source = createImageSource(images, { shortSidePx: 32, longSidePx: 64 }, 32)
  expect((await source.read([images.findIndex((image) => image.id === id)])).validHeights).toHaveLength(1)
}

describe('images stay where they are', () => {
  test('those of a folder are read in place: nothing is copied, pages and training find the same bytes', async () => {
    await write('stay/train/1.jpg', await jpeg(64, 48))
    const before = await artifactCount()
    const {
      images: [image],
    } = await importFiles('stay', ['1.jpg'], at('stay'))
    expect(image).toMatchObject({ location: { path: path.join(folder, 'stay/train/1.jpg') }, fileName: 'train/1.jpg', widthPx: 64 })
    expect(await artifactCount()).toBe(before)
    await readEverywhere(image?.id ?? '')
  })

  test('those of a zip on the server and of an uploaded one are read inside it, packed or not', async () => {
    const [one, two] = [await jpeg(64, 48), await jpeg(48, 64)]
    const zip = writeZip([
      { name: 'any/1.jpg', bytes: one },
      { name: 'any/2.jpg', bytes: two, packed: deflateRawSync(two) },
    ])
    await write('zipped/images.zip', zip)
    const { digest } = await putArtifact(zip)
    const before = await artifactCount()
    for (const [name, root] of [
      ['zip below a root', at('zipped/images.zip')],
      ['uploaded zip', { name: 'images.zip', artifact: digest }],
    ] as const) {
      const { images, problems } = await importFiles(name, ['1.jpg', '2.jpg'], root)
      expect(problems).toEqual([])
      expect(images.map(({ location }) => location)).toMatchObject([
        { entry: 'any/1.jpg', isDeflated: false },
        { entry: 'any/2.jpg', isDeflated: true },
      ])
      for (const { id } of images) await readEverywhere(id)
    }
    expect(await artifactCount()).toBe(before)
  })

  test('one that has changed or is gone is refused by name, and an import of moved files finds them again', async () => {
    await write('moving/1.jpg', await jpeg(64, 48))
    const {
      images: [image],
    } = await importFiles('moving', ['1.jpg'], at('moving'))
    const id = image?.id ?? ''
    const read = () => readImage(ctx, { id, thumbnailSizePx: 96 })
    await rename(path.join(folder, 'moving'), path.join(folder, 'moved'))
    await expect(read()).rejects.toThrow(/moving\/1\.jpg cannot be read any more: it is gone.*import the dataset again/)
    const again = await importFiles('moving', ['1.jpg'], at('moved'))
    expect(again.detail).toMatchObject({ version: null, phase: 'The content is the same as version 1: nothing was added.' })
    expect(again.images).toMatchObject([{ id, location: { path: path.join(folder, 'moved/1.jpg') } }])
    await readEverywhere(id)
    // As many bytes as before, one of them another.
    const altered = await jpeg(64, 48)
    altered[altered.length - 3] = (altered.at(-3) ?? 0) ^ 1
    await write('moved/1.jpg', altered)
    const source = await db().datasetImage.findUniqueOrThrow({ where: { id } })
    const sameSize = await loadStageData(ctx, source.versionId, 'pretrain')
    await expect(createImageSource(sameSize.images, { shortSidePx: 32, longSidePx: 64 }, 32).read([0])).rejects.toThrow(
      /moved\/1\.jpg has changed since its import/,
    )
    await write('moved/1.jpg', await jpeg(64, 48, '#aa2020'))
    const { images } = await loadStageData(ctx, (await db().datasetImage.findUniqueOrThrow({ where: { id } })).versionId, 'pretrain')
    await expect(createImageSource(images, { shortSidePx: 32, longSidePx: 64 }, 32).read([0])).rejects.toThrow(
      /moved\/1\.jpg has changed since its import/,
    )
    const changed = await importFiles('moving', ['1.jpg'], at('moved'))
    expect(changed.detail.version?.number).toBe(2)
  })

  test('a damaged archive, and a folder that became a link out of the allowed ones, give no other bytes', async () => {
    const bytes = await jpeg(64, 48)
    await write('swap/in/1.jpg', bytes)
    await write('swap/images.zip', writeZip([{ name: '2.jpg', bytes }]))
    const {
      images: [image],
    } = await importFiles('swap', ['1.jpg'], at('swap/in'))
    const outside = path.join(env().dataDir, 'outside')
    await rename(path.join(folder, 'swap/in'), outside)
    await symlink(outside, path.join(folder, 'swap/in'))
    await expect(readImage(ctx, { id: image?.id ?? '', thumbnailSizePx: null })).rejects.toThrow(
      /outside the folders that imports may read/,
    )
    await rm(outside, { recursive: true })
    const {
      images: [zipped],
    } = await importFiles('swap zip', ['2.jpg'], at('swap/images.zip'))
    await write('swap/images.zip', Buffer.alloc(400))
    await expect(readImage(ctx, { id: zipped?.id ?? '', thumbnailSizePx: null })).rejects.toThrow(
      /2\.jpg in .*images\.zip cannot be read any more/,
    )
  })

  test('a version whose images are artifacts is read as before, by its digest', async () => {
    const bytes = await jpeg(64, 48)
    const { digest } = await putArtifact(bytes)
    expect(await openImage({ digest, sizeBytes: null, location: null })).toEqual(bytes)
    await expect(openImage({ digest: '0'.repeat(64), sizeBytes: null, location: null })).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('every fault of an image is handled and named', () => {
  const noPixels = async () => picture(64, 64).png().toBuffer()
  const faulty: [name: string, bytes: () => Promise<Buffer>, code: string | null, reason: RegExp, isKept: boolean][] = [
    ['empty.jpg', async () => Buffer.alloc(0), 'image-empty', /0 bytes/, false],
    [
      'cut.jpg',
      async () => photo(640, 480).then((whole) => whole.subarray(0, Math.floor(whole.length * 0.6))),
      'image-damaged',
      /cannot be decoded/,
      false,
    ],
    ['page.jpg', async () => Buffer.from('<!DOCTYPE html><title>403</title>'), 'image-type', /HTML page/, false],
    ['text.jpg', async () => Buffer.from('hello'), 'image-type', /not a JPEG, PNG, WebP or GIF/, false],
    ['bomb.png', bomb, 'image-size', /12000x12000 pixels/, false],
    ['dot.png', () => picture(1, 1).png().toBuffer(), 'image-small', /1x1 pixels/, true],
    ['narrow.png', () => picture(31, 200).png().toBuffer(), 'image-small', /31x200/, true],
    ['thread.png', () => picture(20000, 20).png().toBuffer(), 'image-small', /20000x20/, true],
    ['strip.png', () => picture(2000, 40).png().toBuffer(), 'image-ratio', /more than 20 times/, true],
    ['print.jpg', () => picture(64, 48).toColourspace('cmyk').jpeg().toBuffer(), 'image-cmyk', /CMYK/, true],
    ['grey.jpg', () => picture(64, 48).toColourspace('b-w').jpeg().toBuffer(), 'image-grey', /greyscale/, true],
    ['deep.png', () => picture(64, 48).toColourspace('rgb16').png().toBuffer(), 'image-16-bit', /16 bits/, true],
    ['palette.png', () => picture(64, 48).png({ palette: true }).toBuffer(), null, /./, true],
    ['glass.png', () => picture(64, 48).ensureAlpha(0.5).png().toBuffer(), 'image-alpha', /laid on white/, true],
    ['turned.jpg', () => picture(60, 40).withMetadata({ orientation: 6 }).jpeg().toBuffer(), 'image-rotated', /turned/, true],
    ['moving.gif', () => animated().gif().toBuffer(), 'image-animated', /2 frames/, true],
    ['moving.webp', () => animated().webp().toBuffer(), 'image-animated', /2 frames/, true],
    ['a b.jpg', () => jpeg(64, 48), null, /./, true],
    ['c#1.jpg', () => jpeg(64, 48), null, /./, true],
    ['d%20e.jpg', () => jpeg(64, 48), null, /./, true],
    ['naïve – 写真.jpg', () => jpeg(64, 48), null, /./, true],
    ['LOUD.JPG', () => jpeg(64, 48), null, /./, true],
    ['png inside.jpg', noPixels, null, /./, true],
  ]

  test.each(faulty)('%s', async (name, bytes, code, reason, isKept) => {
    const place = `faults ${faulty.findIndex(([other]) => other === name)}`
    await write(`${place}/${name}`, await bytes())
    const {
      images: [image],
      problems,
    } = await importFiles(place, [name], at(place))
    expect(problems.map((problem) => problem.code)).toEqual(code === null ? [] : expect.arrayContaining([code]))
    if (code !== null) expect(problems.find((problem) => problem.code === code)?.reason).toMatch(reason)
    expect(problems.filter(({ severity }) => severity === 'refused')).toEqual([])
    expect(image?.digest === null).toBe(!isKept)
    if (!isKept || !image) return
    // What is kept can be trained on: three channels of eight bits, in the size that was said.
    const { images } = await loadStageData(
      ctx,
      (await db().datasetImage.findUniqueOrThrow({ where: { id: image.id } })).versionId,
      'pretrain',
    )
    const { heightPx = 0, widthPx = 0 } = images[0] ?? {}
    const batch = await createImageSource(
      images,
      { shortSidePx: Math.min(widthPx, heightPx), longSidePx: Math.max(widthPx, heightPx) },
      1,
    ).read([0])
    expect([batch.widthPx, batch.heightPx, batch.pixels.length]).toEqual([widthPx, heightPx, widthPx * heightPx * 3])
  })

  test('an image turned by its tag has its size after the turn, a transparent one lies on white', async () => {
    await write('look/turned.jpg', await picture(60, 40).withMetadata({ orientation: 6 }).jpeg().toBuffer())
    await write(
      'look/glass.png',
      await sharp({ create: { width: 40, height: 60, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
        .png()
        .toBuffer(),
    )
    const { images } = await importFiles('look', ['turned.jpg', 'glass.png'], at('look'))
    expect(images.map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual([
      [40, 60],
      [40, 60],
    ])
    const loaded = await loadStageData(
      ctx,
      (await db().datasetImage.findUniqueOrThrow({ where: { id: images[0]?.id ?? '' } })).versionId,
      'pretrain',
    )
    const { pixels } = await createImageSource(loaded.images, { shortSidePx: 40, longSidePx: 60 }, 1).read([1])
    expect(new Set(pixels)).toEqual(new Set([255]))
  })
})

/** Two frames of different colours. */
function animated() {
  const frame = (background: string) => ({ create: { width: 40, height: 40, channels: 3 as const, background } })
  return sharp([frame('#ff0000'), frame('#00ff00')].map((input) => input) as never, { join: { animated: true } })
}

/** 144 megapixels of one colour: small on disk. */
function bomb(): Promise<Buffer> {
  return sharp({ create: { width: 12000, height: 12000, channels: 3, background: '#808080' }, limitInputPixels: false })
    .png({ compressionLevel: 1 })
    .toBuffer()
}
