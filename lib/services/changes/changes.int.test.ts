import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db'
import { memberContext } from '../../../tests/member-context.ts'
import { createSmallDataset, type SmallDataset } from '../../../tests/small-dataset.ts'
import type { Context } from '../context.ts'
import { getImage } from '../datasets/get-image.ts'
import { addComment } from '../reviews/add-comment.ts'
import { listReviews } from '../reviews/list-reviews.ts'
import { discardChanges } from './discard-changes.ts'
import { draftChange } from './draft-change.ts'
import { listChanges } from './list-changes.ts'

let small: SmallDataset
let viewer: Context
let editor: Context

beforeAll(async () => {
  viewer = await memberContext('viewer')
  editor = await memberContext('editor', 'Edith')
  small = await createSmallDataset('small', { train: 4, val: 0, test: 0 })
})

const textOf = async (kind: string, place = 0) => {
  const image = await getImage(viewer, { id: small.imageIds[place] ?? '' })
  const text = image.texts.find((one) => one.kind === kind)
  if (!text) throw new Error(`no ${kind}`)
  return text
}
const waiting = async () => (await listChanges(viewer, { versionId: small.versionId })).changes

test('an edit waits with author and reason; the text itself stays as it is', async () => {
  const caption = await textOf('caption')
  await draftChange(editor, { kind: 'text', subjectId: caption.id, value: ' a bright red square ', reason: 'too short' })
  expect(await waiting()).toMatchObject([
    { kind: 'text', author: 'Edith', reason: 'too short', before: caption.text, after: 'a bright red square', imageId: small.imageIds[0] },
  ])
  expect((await textOf('caption')).text).toBe(caption.text)
})

test('a second edit replaces the first, and one back to the original takes it away', async () => {
  const caption = await textOf('caption')
  await draftChange(editor, { kind: 'text', subjectId: caption.id, value: 'another' })
  expect(await waiting()).toMatchObject([{ after: 'another', reason: '' }])
  expect(await draftChange(editor, { kind: 'text', subjectId: caption.id, value: caption.text })).toEqual({ id: null })
  expect(await waiting()).toEqual([])
})

test('a label is one that the task knows; a caption has none', async () => {
  const statement = await textOf('statement')
  await expect(draftChange(editor, { kind: 'label', subjectId: statement.id, value: 'maybe' })).rejects.toMatchObject({
    code: 'invalid',
    fields: { value: 'The label is one of true, false.' },
  })
  await draftChange(editor, { kind: 'label', subjectId: statement.id, value: 'false' })
  const caption = await textOf('caption')
  await expect(draftChange(editor, { kind: 'label', subjectId: caption.id, value: 'true' })).rejects.toMatchObject({ code: 'invalid' })
  expect(await waiting()).toMatchObject([{ kind: 'label', before: 'true', after: 'false' }])
})

test('leaving out needs a reason; one change or all of them are discarded', async () => {
  const hypothesis = await textOf('hypothesis', 1)
  const [, , imageId = ''] = small.imageIds
  await expect(draftChange(editor, { kind: 'exclude_example', subjectId: hypothesis.id, reason: ' ' })).rejects.toMatchObject({
    fields: { reason: expect.any(String) },
  })
  const { id } = await draftChange(editor, { kind: 'exclude_example', subjectId: hypothesis.id, reason: 'ambiguous' })
  await draftChange(editor, { kind: 'exclude_image', subjectId: imageId, reason: 'blurred' })
  expect((await waiting()).map(({ kind, subject, imageId: shown }) => [kind, subject, shown])).toEqual([
    ['exclude_image', '2', imageId],
    ['exclude_example', `hypothesis train ${hypothesis.externalId}`, small.imageIds[1]],
    ['label', expect.stringContaining('statement train'), small.imageIds[0]],
  ])
  await discardChanges(editor, { id: id ?? '' })
  expect(await waiting()).toHaveLength(2)
  expect(await discardChanges(editor, { versionId: small.versionId })).toEqual({ discarded: 2 })
  await expect(discardChanges(editor, { versionId: small.versionId })).rejects.toMatchObject({ code: 'not-found' })
})

test('viewers change nothing', async () => {
  const caption = await textOf('caption')
  await expect(draftChange(viewer, { kind: 'text', subjectId: caption.id, value: 'mine' })).rejects.toMatchObject({ code: 'forbidden' })
})

test('comments on an image and on a text are found again, by the newest version that has them', async () => {
  const image = await getImage(viewer, { id: small.imageIds[3] ?? '' })
  const caption = await textOf('caption', 3)
  await addComment(editor, { subjectType: 'image', subjectId: image.subjectId, text: 'Is this yellow?' })
  await addComment(editor, { subjectType: 'example', subjectId: caption.subjectId, text: 'It says so.' })
  const { comments } = await listReviews(viewer, {})
  expect(comments.map(({ text, subject }) => [text, subject?.picture])).toEqual([
    ['It says so.', { datasetId: small.datasetId, datasetName: 'small', imageId: image.id, key: '3', text: caption.text }],
    ['Is this yellow?', { datasetId: small.datasetId, datasetName: 'small', imageId: image.id, key: '3', text: null }],
  ])
  expect((await textOf('caption', 3)).commentCount).toBe(1)
  const nowhere = { subjectType: 'image' as const, subjectId: `${small.datasetId}:none`, text: 'x' }
  await expect(addComment(editor, nowhere)).rejects.toMatchObject({ code: 'not-found' })
})

test('only the newest version is changed', async () => {
  const caption = await textOf('caption')
  await db().datasetVersion.create({ data: { datasetId: small.datasetId, number: 2, digest: 'second', counts: {} } })
  await expect(draftChange(editor, { kind: 'text', subjectId: caption.id, value: 'late' })).rejects.toMatchObject({ code: 'conflict' })
})
