import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db'
import { memberContext } from '../../../tests/member-context.ts'
import { smallOverrides } from '../../../tests/small-dataset.ts'
import { writeTestVersion } from '../../../tests/written-version.ts'
import { systemContext } from '../context.ts'
import { createAblation } from './create-ablation.ts'
import { getAblation } from './get-ablation.ts'
import { previewAblation } from './preview-ablation.ts'

const ctx = systemContext('test')
let [regions, clean, questions] = ['', '', '']

beforeAll(async () => {
  const bytes = (name: string) => Buffer.from(`bytes of ${name}`)
  const captions = (keys: string[]) => keys.map((key) => ({ split: 'train' as const, text: `a picture of ${key}`, images: [key] }))
  const asks = (split: 'train' | 'val' | 'test', key: string) => ({ kind: 'question' as const, split, text: `what is ${key}`, label: 'it', answers: ['it'], images: [key] }) // prettier-ignore
  regions = (
    await writeTestVersion(
      'regions',
      [
        { key: 'same bytes', bytes: bytes('a') },
        { key: 'same coco', bytes: bytes('b small'), cocoId: 5 },
        { key: 'same flickr', bytes: bytes('c small'), flickrId: '99' },
        { key: 'of training', bytes: bytes('d') },
        { key: 'untrained', bytes: bytes('e') },
      ],
      captions(['same bytes', 'same bytes', 'same coco', 'same flickr', 'of training']),
    )
  ).id
  clean = (await writeTestVersion('clean', [{ key: 'x', bytes: bytes('x') }], captions(['x']))).id
  questions = (
    await writeTestVersion(
      'questions',
      [
        { key: '1', bytes: bytes('a'), cocoId: 4 },
        { key: '2', bytes: bytes('b'), cocoId: 5 },
        { key: '3', bytes: bytes('c'), flickrId: '99' },
        { key: '4', bytes: bytes('d') },
        { key: '5', bytes: bytes('e') },
      ],
      [asks('test', '1'), asks('test', '1'), asks('test', '2'), asks('val', '3'), asks('train', '4'), asks('test', '5')],
      'vqa_v2',
    )
  ).id
})

const input = (pretrain: string, leakReason?: string) => ({
  ...{ name: 'leaky', description: '', preset: 'tiny' as const, overrides: smallOverrides, seeds: [1] },
  factors: [{ field: 'dictionary.size', values: [0] }],
  datasets: { pretrain, retrieval: null, vqa: questions, nlvr2: null, 'snli-ve': null },
  ...(leakReason === undefined ? {} : { leakReason }),
})

test('a preview counts the held-out images that the pre-training trains on, by bytes and by ids, each once', async () => {
  const { leaks, warnings } = await previewAblation(ctx, input(regions))
  expect(leaks).toEqual([{ kind: 'vqa', name: 'questions', test: 2, val: 1 }])
  expect(warnings[0]).toContain('2 test images and 1 validation image of questions are among the images')
  expect((await previewAblation(ctx, input(clean))).leaks).toEqual([])
})

test('a launch on test images needs an answer, which stays with the ablation; a clean one needs none', async () => {
  const editor = await memberContext('editor')
  await expect(createAblation(editor, input(regions))).rejects.toMatchObject({ code: 'invalid', fields: { leakReason: expect.anything() } })
  await expect(createAblation(editor, input(regions, '  '))).rejects.toMatchObject({ code: 'invalid' })
  expect(await db().ablation.count()).toBe(0)
  const { id } = await createAblation(editor, input(regions, 'to see how much it matters'))
  expect((await getAblation(ctx, { id })).leakAnswer).toMatchObject({
    ...{ reason: 'to see how much it matters', by: 'editor' },
    leaks: [{ kind: 'vqa', test: 2, val: 1 }],
  })
  const other = await createAblation(editor, input(clean, 'not needed'))
  expect((await getAblation(ctx, other)).leakAnswer).toBeNull()
})
