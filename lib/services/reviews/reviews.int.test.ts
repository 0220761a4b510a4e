import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db'
import { memberContext } from '../../../tests/member-context.ts'
import { createSmallCodebook } from '../../../tests/small-codebook.ts'
import type { SmallCodebook } from '../../../tests/small-codebook.ts'
import { createSmallDataset } from '../../../tests/small-dataset.ts'
import { createContext } from '../context.ts'
import type { Context } from '../context.ts'
import { addComment } from './add-comment.ts'
import { deleteComment } from './delete-comment.ts'
import { editComment } from './edit-comment.ts'
import { getReview } from './get-review.ts'
import { giveVerdict } from './give-verdict.ts'
import { listReviews } from './list-reviews.ts'

let codebook: SmallCodebook
let viewer: Context
let editor: Context
let otherEditor: Context
let administrator: Context

beforeAll(async () => {
  codebook = await createSmallCodebook(await createSmallDataset(), 2, [{ codes: [0, 0, 1, 1], distances: [1, 2, 1, 2] }])
  viewer = await memberContext('viewer', 'Vera')
  editor = await memberContext('editor', 'Edith')
  otherEditor = await memberContext('editor', 'Otto')
  administrator = await memberContext('administrator', 'Ada')
})

const onAblation = () => ({ subjectType: 'ablation' as const, subjectId: codebook.ablationId })

test('viewers read what was said, and write nothing', async () => {
  const { id } = await addComment(editor, { ...onAblation(), text: 'Look at codeword 1.' })
  const refused = { code: 'forbidden' }
  await expect(addComment(viewer, { ...onAblation(), text: 'I too' })).rejects.toMatchObject(refused)
  await expect(editComment(viewer, { id, text: 'Changed' })).rejects.toMatchObject(refused)
  await expect(deleteComment(viewer, { id })).rejects.toMatchObject(refused)
  await expect(giveVerdict(viewer, { ...onAblation(), value: 'accepted' })).rejects.toMatchObject(refused)
  const nobody = createContext({ kind: 'anonymous' })
  await expect(addComment(nobody, { ...onAblation(), text: 'Me?' })).rejects.toMatchObject({ code: 'unauthenticated' })
  await expect(getReview(nobody, onAblation())).rejects.toMatchObject({ code: 'unauthenticated' })
  const seen = await getReview(viewer, onAblation())
  expect(seen).toMatchObject({ canWrite: false, comments: [{ author: 'Edith', text: 'Look at codeword 1.', isEditable: false }] })
})

test('only its author changes a comment; its author or an administrator removes it, and its place stays', async () => {
  const { id } = await addComment(editor, { subjectType: 'run', subjectId: codebook.runId, text: 'First thought' })
  await expect(editComment(otherEditor, { id, text: 'Mine now' })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(editComment(administrator, { id, text: 'Mine now' })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(deleteComment(otherEditor, { id })).rejects.toMatchObject({ code: 'forbidden' })
  await editComment(editor, { id, text: 'Second thought' })
  const subject = { subjectType: 'run' as const, subjectId: codebook.runId }
  expect((await getReview(editor, subject)).comments).toMatchObject([{ text: 'Second thought', editedAt: expect.any(Date) }])
  await deleteComment(administrator, { id })
  expect((await getReview(editor, subject)).comments).toMatchObject([{ text: '', isDeleted: true, author: 'Edith' }])
  await expect(editComment(editor, { id, text: 'Back' })).rejects.toMatchObject({ code: 'not-found' })
})

test('verdicts are appended: the newest counts and the earlier ones stay', async () => {
  const subject = onAblation()
  expect((await listReviews(viewer, {})).waiting).toMatchObject([{ id: codebook.ablationId, runCount: 1 }])
  await giveVerdict(editor, { ...subject, value: 'needs_work', reason: 'Two seeds\nare missing.' })
  await giveVerdict(otherEditor, { ...subject, value: 'accepted' })
  const { verdicts } = await getReview(viewer, subject)
  expect(verdicts.map(({ value, reason, author }) => [value, reason, author])).toEqual([
    ['accepted', '', 'Otto'],
    ['needs_work', 'Two seeds\nare missing.', 'Edith'],
  ])
  const listed = await listReviews(viewer, {})
  expect(listed.waiting).toEqual([])
  expect(listed.verdicts.map(({ isCurrent }) => isCurrent)).toEqual([true, false])
  const audited = await db().auditEvent.count({ where: { action: 'verdict.give', subjectId: codebook.ablationId } })
  expect(audited).toBe(2)
})

test('a verdict that asks for more says why', async () => {
  await expect(giveVerdict(editor, { ...onAblation(), value: 'rejected', reason: '  ' })).rejects.toMatchObject({
    code: 'invalid',
    fields: { reason: expect.stringContaining('why') },
  })
})

test('what does not exist cannot be commented on', async () => {
  const unknown = '00000000-0000-7000-8000-000000000000'
  const missing = { code: 'not-found' }
  await expect(addComment(editor, { subjectType: 'ablation', subjectId: unknown, text: 'Hello' })).rejects.toMatchObject(missing)
  await expect(addComment(editor, { subjectType: 'run', subjectId: 'no id', text: 'Hello' })).rejects.toMatchObject(missing)
  const codeword = (code: number) => ({ subjectType: 'codeword' as const, subjectId: `${codebook.runId}:${code}`, text: 'Hello' })
  await expect(addComment(editor, codeword(2))).rejects.toMatchObject(missing)
  await addComment(editor, codeword(1))
  const [stored] = await db().comment.findMany({ where: { subjectType: 'codeword' } })
  expect(stored?.subjectId).toBe(`${codebook.stageId}:1`)
  expect((await listReviews(viewer, {})).comments[0]?.subject).toMatchObject({ code: 1, run: { id: codebook.runId } })
})

test('an empty or endless comment is refused', async () => {
  await expect(addComment(editor, { ...onAblation(), text: ' \n ' })).rejects.toMatchObject({
    code: 'invalid',
    fields: { text: expect.any(String) },
  })
  await expect(addComment(editor, { ...onAblation(), text: 'x'.repeat(5001) })).rejects.toMatchObject({ code: 'invalid' })
})
