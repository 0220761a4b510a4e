import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db'
import { memberContext } from '../../../tests/member-context.ts'
import { createSmallDataset, type SmallDataset } from '../../../tests/small-dataset.ts'
import type { Context } from '../context.ts'
import { addTag } from '../tags/add-tag.ts'
import { removeTag } from '../tags/remove-tag.ts'
import { getImage } from './get-image.ts'
import { everyImage, type ImageFilter } from './image-filter.ts'
import { listFilterChoices } from './list-filter-choices.ts'
import { listImages } from './list-images.ts'
import { getStatistics } from './statistics/get-statistics.ts'
import { getVocabularyCover } from './statistics/get-vocabulary-cover.ts'

let small: SmallDataset
let viewer: Context
let editor: Context

beforeAll(async () => {
  viewer = await memberContext('viewer')
  editor = await memberContext('editor')
  // Colours follow each other: red, green, blue, yellow; 16 images of train, 4 of val, 4 of test.
  small = await createSmallDataset('small')
  await createSmallDataset('another', { train: 4, val: 0, test: 0 })
  const missing = { versionId: small.versionId, key: 'gone', fileName: 'gone.png', position: 24 }
  await db().datasetImage.create({ data: missing })
})

const list = (filter: Partial<ImageFilter>, from = 0, limit = 60) =>
  listImages(viewer, { versionId: small.versionId, filter: { ...everyImage, ...filter }, from, limit })
const keys = async (filter: Partial<ImageFilter>) => (await list(filter)).images.map(({ key }) => key)

test('any part of a version is a page of its own, with the sum of all', async () => {
  const middle = await list({}, 10, 3)
  expect(middle).toMatchObject({ total: 25, from: 10 })
  expect(middle.images.map(({ key }) => key)).toEqual(['10', '11', '12'])
  expect((await list({}, 23)).images.map(({ key, isMissing }) => [key, isMissing])).toEqual([
    ['23', false],
    ['gone', true],
  ])
  expect((await list({}, 1000)).images).toEqual([])
})

test('a search reads words as people write them: other forms, phrases, exclusions', async () => {
  expect(await keys({ search: 'red squares', split: 'val' })).toEqual(['16', '19'])
  expect(await keys({ search: '"a red square"' })).toEqual(['0', '4', '8', '12', '16', '20'])
  expect(await keys({ search: '"a red square" -red' })).toEqual([])
  expect(await keys({ search: `'; drop table "Example"; --` })).toEqual([])
})

test('filters of texts have to hold for one and the same text', async () => {
  expect(await keys({ label: 'contradiction', split: 'test' })).toEqual(['21', '23'])
  expect(await keys({ label: 'contradiction', search: 'caption' })).toEqual([])
  expect(await keys({ answer: 'yellow', split: 'train' })).toEqual(['3', '7', '11', '15'])
  expect(await keys({ minimumWords: 8, split: 'val' })).toEqual(['16', '17', '18', '19'])
  expect(await keys({ minimumWords: 9 })).toEqual([])
  expect(await keys({ maximumWords: 3, search: 'blue', split: 'val' })).toEqual(['18'])
})

test('images are found by size, object and fault', async () => {
  expect(await keys({ problem: 'missing' })).toEqual(['gone'])
  expect((await list({ minimumSidePx: 32, maximumSidePx: 32 })).total).toBe(24)
  expect((await list({ minimumSidePx: 33 })).total).toBe(0)
  expect(await keys({ category: 'square', attribute: 'green', split: 'test' })).toEqual(['21'])
  expect((await list({ category: 'circle' })).total).toBe(0)
})

test('a page far down a filtered view holds what the whole list holds there', async () => {
  const all = await keys({ search: 'square' })
  const part = await list({ search: 'square' }, 20, 4)
  expect(part.total).toBe(24)
  expect(part.images.map(({ key }) => key)).toEqual(all.slice(20, 24))
})

test('a tag is kept once, whatever its case; a view of it follows as it comes and goes', async () => {
  const [imageId = ''] = small.imageIds
  expect(await keys({ tag: 'odd one' })).toEqual([])
  await addTag(editor, { imageId, name: ' Odd one ' })
  await addTag(editor, { imageId, name: 'odd one' })
  expect(await keys({ tag: 'odd one' })).toEqual(['0'])
  expect((await getImage(viewer, { id: imageId })).tags).toEqual(['odd one'])
  expect((await listFilterChoices(viewer, { versionId: small.versionId })).tags).toEqual(['odd one'])
  await removeTag(editor, { imageId, name: 'odd one' })
  expect(await keys({ tag: 'odd one' })).toEqual([])
  await expect(addTag(viewer, { imageId, name: 'mine' })).rejects.toMatchObject({ code: 'forbidden' })
})

test('a tag of a text stays with that text', async () => {
  const image = await getImage(viewer, { id: small.imageIds[1] ?? '' })
  const [text, other] = image.texts
  await addTag(editor, { imageId: image.id, exampleId: text?.id ?? '', name: 'unclear' })
  const again = await getImage(viewer, { id: image.id })
  expect(again.texts.map(({ id, tags }) => [id, tags]).slice(0, 2)).toEqual([
    [text?.id, ['unclear']],
    [other?.id, []],
  ])
  expect(again.tags).toEqual([])
})

test('statistics count every split, are stored, and name what can be filtered by', async () => {
  const statistics = await getStatistics(viewer, { versionId: small.versionId })
  expect(statistics?.splits.map(({ split, examples, images }) => [split, examples, images])).toEqual([
    ['train', 80, 16],
    ['val', 20, 4],
    ['test', 20, 4],
  ])
  expect(statistics?.splits[1]?.lengths).toEqual([
    [3, 4],
    [4, 8],
    [5, 4],
    [8, 4],
  ])
  expect(statistics?.answers).toMatchObject({ distinct: 4, total: 240 })
  expect(statistics?.sizes.counts).toEqual([[32, 32, 24]])
  expect(statistics?.words.top).toContainEqual(['square', 120])
  expect((await db().datasetVersion.findUniqueOrThrow({ where: { id: small.versionId } })).statistics).toEqual(statistics)
  const choices = await listFilterChoices(viewer, { versionId: small.versionId })
  expect(choices.categories).toEqual(['square'])
  expect(choices.labels).toContain('contradiction')
})

test('a vocabulary built from the texts knows every word; a short one cuts words into parts', async () => {
  const whole = await getVocabularyCover(viewer, { versionId: small.versionId, digest: null, size: 512 })
  expect(whole).toMatchObject({ texts: 120, unknownWords: 0, splitWords: 0 })
  const short = await getVocabularyCover(viewer, { versionId: small.versionId, digest: null, size: 64 })
  expect(short.splitWords).toBeGreaterThan(0)
  expect(short.meanPieces).toBeGreaterThan(whole.meanPieces)
  const unknown = { versionId: small.versionId, digest: 'a'.repeat(64), size: 64 }
  await expect(getVocabularyCover(viewer, unknown)).rejects.toMatchObject({ code: 'not-found' })
})
