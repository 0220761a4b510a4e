import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db'
import { systemContext, type Context } from '../context.ts'
import { compareVersions } from './compare-versions.ts'

let ctx: Context
let datasetId = ''

beforeAll(async () => {
  ctx = systemContext('test')
  datasetId = (await db().dataset.create({ data: { name: 'compared', format: 'vqa_v2' }, select: { id: true } })).id
})

type Row = { id: string; text: string; label?: string; answers?: string[] }

async function version(number: number, rows: Row[], images: Record<string, string>): Promise<string> {
  const { id } = await db().datasetVersion.create({ data: { datasetId, number, digest: `${number}`, counts: {} }, select: { id: true } })
  await db().example.createMany({
    data: rows.map(({ id: externalId, text, label = null, answers = [] }, position) => ({
      ...{ versionId: id, kind: 'question' as const, split: 'train' as const, position, externalId, text, label, answers },
    })),
  })
  await db().datasetImage.createMany({
    data: Object.entries(images).map(([key, digest], position) => ({ versionId: id, key, fileName: key, digest, position })),
  })
  return id
}

test('tells what a version adds, lacks and changes, with counts of all and the first ones by name', async () => {
  const same = { id: 'same', text: 'Who?', label: 'dog', answers: ['dog'] }
  const before = await version(
    1,
    [same, { id: 'gone', text: 'Where?' }, { id: 'text', text: 'a' }, { id: 'answers', text: 'b', answers: ['x'] }],
    {
      ...{ kept: '1', dropped: '2', redrawn: '3' },
    },
  )
  const fresh = ['n1', 'n2', 'n3'].map((id) => ({ id, text: id }))
  const after = await version(2, [same, { id: 'text', text: 'A' }, { id: 'answers', text: 'b', answers: ['y'] }, ...fresh], {
    ...{ kept: '1', redrawn: '4', fresh: '5' },
  })
  const { examples, images, version: of } = await compareVersions(ctx, { versionId: after, otherVersionId: before, limit: 2 })
  expect(of).toEqual({ id: after, number: 2, datasetName: 'compared' })
  expect(examples.counts).toEqual({ added: 3, removed: 1, changed: 2 })
  expect(examples.added.map(({ externalId }) => externalId)).toEqual(['n1', 'n2'])
  expect(examples.removed).toMatchObject([{ externalId: 'gone', before: { text: 'Where?' }, after: null }])
  expect(examples.changed).toMatchObject([
    { externalId: 'text', before: { text: 'a' }, after: { text: 'A' } },
    { externalId: 'answers', before: { answers: ['x'] }, after: { answers: ['y'] } },
  ])
  expect(images.counts).toEqual({ added: 1, removed: 1, changed: 1 })
  expect(images.changed).toMatchObject([{ key: 'redrawn' }])
  const none = await compareVersions(ctx, { versionId: after, otherVersionId: after })
  expect([none.examples.counts, none.images.counts]).toEqual([
    { added: 0, removed: 0, changed: 0 },
    { added: 0, removed: 0, changed: 0 },
  ])
  await expect(compareVersions(ctx, { versionId: after, otherVersionId: datasetId })).rejects.toMatchObject({ code: 'not-found' })
})
