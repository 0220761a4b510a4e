import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db'
import { memberContext } from '../../../tests/member-context.ts'
import type { Context } from '../context.ts'
import { everyImage, type ImageFilter } from './image-filter.ts'
import { listImages } from './list-images.ts'

let viewer: Context
let versionId: string

beforeAll(async () => {
  viewer = await memberContext('viewer')
  const dataset = await db().dataset.create({ data: { name: 'odd ones', format: 'json_lines' } })
  versionId = (await db().datasetVersion.create({ data: { datasetId: dataset.id, number: 1, digest: 'odd', counts: {} } })).id
})

let created = 0
async function createImage(key: string): Promise<string> {
  const image = await db().datasetImage.create({ data: { versionId, key, fileName: `${key}.png`, position: created++ } })
  return image.id
}

const keys = async (filter: Partial<ImageFilter>) =>
  (await listImages(viewer, { versionId, filter: { ...everyImage, ...filter } })).images.map(({ key }) => key)

test('words are counted as the statistics count them, however many blanks stand around them', async () => {
  const texts = { none: '', two: '  two   words ', three: ' three words here', four: 'and four with  blanks ' }
  for (const [key, text] of Object.entries(texts)) {
    const imageId = await createImage(key)
    const said = { versionId, kind: 'caption' as const, split: 'train' as const, position: created, externalId: key, text, answers: [] }
    await db().example.create({ data: { ...said, images: { create: { position: 0, imageId } } } })
  }
  const found: [number | null, number | null, string[]][] = [
    [1, null, ['two', 'three', 'four']],
    [2, null, ['two', 'three', 'four']],
    [3, null, ['three', 'four']],
    [4, null, ['four']],
    [5, null, []],
    [null, 1, ['none']],
    [null, 2, ['none', 'two']],
    [null, 4, ['none', 'two', 'three', 'four']],
    [2, 3, ['two', 'three']],
    [4, 4, ['four']],
    [4, 3, []],
  ]
  for (const [minimumWords, maximumWords, expected] of found)
    expect([minimumWords, maximumWords, await keys({ minimumWords, maximumWords })]).toEqual([minimumWords, maximumWords, expected])
})

test('an attribute is found whatever stands in it, and nothing else for it', async () => {
  const imageId = await createImage('labelled')
  const attributes = { colour: 'a "dark"\\red', count: 3, parts: ['lid', 'knob'] }
  await db().imageObject.create({ data: { imageId, category: 'pot', attributes, x: 0, y: 0, width: 1, height: 1 } })
  for (const attribute of [attributes.colour, '3', '["lid", "knob"]']) expect(await keys({ attribute })).toEqual(['labelled'])
  for (const attribute of ['lid', 'colour', 'dark']) expect(await keys({ attribute })).toEqual([])
})
