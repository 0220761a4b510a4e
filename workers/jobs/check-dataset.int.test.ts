import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { db } from '#lib/db'
import { getCheck } from '#lib/services/checks/get-check'
import { listFindings } from '#lib/services/checks/list-findings'
import { startCheck } from '#lib/services/checks/start-check'
import { systemContext, type Context } from '#lib/services/context'
import { startDerivation } from '#lib/services/versions/start-derivation'
import { cancelWork } from '#lib/services/work/cancel-work'
import { claimWork } from '#lib/services/work/work-claim'
import { memberContext } from '../../tests/member-context.ts'
import { writeTestVersion, type WrittenExample, type WrittenImage } from '../../tests/written-version.ts'
import { checkDataset } from './check-dataset.ts'
import { deriveVersion } from './derive-version.ts'
import { runWork } from './work-runner.ts'

let ctx: Context
let editor: Context

beforeAll(async () => {
  ctx = systemContext('test')
  editor = await memberContext('editor')
})

/** Like a photograph, mostly of low frequencies; another one for each seed. */
async function photo(seed: number): Promise<Buffer> {
  let state = seed * 2654435761 + 1
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
  const small = Buffer.from(Array.from({ length: 16 * 12 * 3 }, () => Math.floor(random() * 256)))
  const large = sharp(small, { raw: { width: 16, height: 12, channels: 3 } }).resize(320, 240, { kernel: 'cubic', fit: 'fill' })
  return large.jpeg({ quality: 92 }).toBuffer()
}

const smaller = (bytes: Buffer) => sharp(bytes).resize(160, 120).jpeg({ quality: 70 }).toBuffer()

async function check(versionId: string, against: string[] = []) {
  const { id } = await startCheck(editor, { versionId, against })
  await runWork(ctx, { kind: 'check', id }, checkDataset, new AbortController().signal)
  const detail = await getCheck(ctx, { id })
  const { findings } = await listFindings(ctx, { checkId: id, limit: 100 })
  return { id, detail, findings }
}

type Found = Awaited<ReturnType<typeof check>>['findings'][number]
const pair = ({ code, image, otherImage }: Found) => [code, image?.key, otherImage?.key]

describe('images', () => {
  let images: WrittenImage[] = []
  let examples: WrittenExample[] = []

  beforeAll(async () => {
    const photos = await Promise.all([1, 2, 3, 4, 5, 6].map(photo))
    const [one, two, three, four, five, six] = photos as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer]
    images = [
      { key: 'a', bytes: one },
      { key: 'a again', bytes: one },
      { key: 'a small', bytes: await smaller(one) },
      { key: 'test b', bytes: two },
      { key: 'b in training', bytes: two },
      { key: 'b small in training', bytes: await smaller(two) },
      { key: 'c', bytes: three, cocoId: 77 },
      { key: 'test d', bytes: four, cocoId: 77 },
      { key: 'in both', bytes: five },
      { key: 'missing', bytes: null },
      { key: 'broken', bytes: six.subarray(0, 600) },
    ]
    const isTest = (key: string) => key.startsWith('test') || key === 'in both'
    examples = [
      ...images.map(({ key }) => ({ split: isTest(key) ? ('test' as const) : ('train' as const), text: `Picture ${key}`, images: [key] })),
      { split: 'train', text: 'Shown on both sides', images: ['in both'] },
    ]
  })

  test('leaks by bytes, look and id, duplicates, and what cannot be read are told apart, each image once', async () => {
    const version = await writeTestVersion('pictures', images, examples)
    const { detail, findings } = await check(version.id)
    expect(detail).toMatchObject({ status: 'succeeded', error: null })
    expect(findings.map(pair).filter(([code]) => code?.startsWith('leak'))).toEqual([
      ['leak-bytes', 'b in training', 'test b'],
      ['leak-bytes', 'in both', 'in both'],
      ['leak-coco-id', 'c', 'test d'],
      ['leak-near', 'b small in training', 'test b'],
    ])
    expect(findings.map(pair).filter(([code]) => code?.startsWith('duplicate'))).toEqual([
      ['duplicate-bytes', 'a again', 'a'],
      ['duplicate-near', 'a small', 'a'],
      ['duplicate-near', 'b small in training', 'b in training'],
    ])
    expect(findings.map(pair).filter(([code]) => code === 'unreadable-image')).toEqual([
      ['unreadable-image', 'missing', undefined],
      ['unreadable-image', 'broken', undefined],
    ])
    const near = findings.find(({ code }) => code === 'leak-near')
    expect(near?.distance).toBeLessThanOrEqual(12)
    expect(detail.summary).toMatchObject({ counts: { 'leak-bytes': 2, 'duplicate-near': 2 }, looks: { unreadable: 1, plain: 0 } })
  })

  test('another version’s test images are found in a version that only trains, and one click frees it of them', async () => {
    const task = await db().datasetVersion.findFirstOrThrow({ where: { dataset: { name: 'pictures' } } })
    const photos = await Promise.all([2, 9, 10].map(photo))
    const regions = await writeTestVersion(
      'regions',
      [
        { key: '1', bytes: await smaller(photos[0] as Buffer) },
        { key: '2', bytes: photos[1] as Buffer },
        { key: '3', bytes: photos[2] as Buffer, cocoId: 77 },
      ],
      ['1', '2', '3', '1'].map((key, i) => ({ split: 'train', text: `Region ${i}`, images: [key] })),
      'visual_genome',
    )
    const { id, findings } = await check(regions.id, [task.id])
    expect(findings.map(pair)).toEqual([
      ['leak-coco-id', '3', 'test d'],
      ['leak-near', '1', 'test b'],
      ['shared-image', '1', 'b small in training'],
      ['shared-image', '3', 'c'],
    ])
    const codes = ['leak-bytes', 'leak-coco-id', 'leak-near']
    const started = await startDerivation(editor, { kind: 'exclusion', parentId: regions.id, checkId: id, codes, reason: 'test images' })
    await runWork(ctx, { kind: 'derivation', id: started.id }, deriveVersion, new AbortController().signal)
    const made = await db().derivation.findUniqueOrThrow({ where: { id: started.id }, include: { version: true } })
    expect(made.version?.counts).toMatchObject({ images: 1, examples: { train: 1 } })
    expect(await db().example.count({ where: { versionId: regions.id } })).toBe(4)
    expect((await check(made.versionId ?? '', [task.id])).findings).toEqual([])
    const reverse = await check(task.id, [regions.id])
    expect(reverse.findings.map(pair).filter(([code]) => code === 'held-out-elsewhere')).toEqual([
      ['held-out-elsewhere', 'test d', '3'],
      ['held-out-elsewhere', 'test b', '1'],
    ])
  })

  test('an exclusion of leaks takes the training examples alone: an image used on both sides stays in the test', async () => {
    const version = await db().datasetVersion.findFirstOrThrow({ where: { dataset: { name: 'pictures' } } })
    const last = await db().datasetCheck.findFirstOrThrow({ where: { versionId: version.id }, orderBy: { createdAt: 'desc' } })
    const input = { kind: 'exclusion' as const, parentId: version.id, checkId: last.id, reason: 'leaks' }
    const { id } = await startDerivation(editor, { ...input, codes: ['leak-bytes'] })
    await runWork(ctx, { kind: 'derivation', id }, deriveVersion, new AbortController().signal)
    const { versionId } = await db().derivation.findUniqueOrThrow({ where: { id } })
    const left = await db().example.findMany({ where: { versionId: versionId ?? '' }, select: { text: true } })
    expect(left.map(({ text }) => text)).toContain('Picture in both')
    expect(left.map(({ text }) => text).filter((text) => /b in training|Shown on both/.test(text))).toEqual([])
    await expect(startDerivation(editor, { ...input, codes: ['held-out-elsewhere'] })).rejects.toThrow('nothing of this kind')
  })
})

describe('texts and labels', () => {
  test('contradictions, repetitions, empty and endless texts are found; balance and what the text alone tells are measured', async () => {
    const bytes = await photo(20)
    const images = [
      { key: '1', bytes },
      { key: '1 again', bytes },
      { key: '2', bytes: await photo(21) },
    ]
    const says = (split: 'train' | 'test', text: string, label: string, key = '2'): WrittenExample => ({ kind: 'hypothesis', split, text, label, images: [key] }) // prettier-ignore
    const examples = [
      says('train', 'A man sleeps.', 'neutral', '1'),
      says('train', 'a  man sleeps. ', 'entailment', '1 again'),
      says('train', 'A man sleeps.', 'neutral', '1'),
      says('train', '  ', 'neutral'),
      says('train', 'so '.repeat(200), 'neutral'),
      ...Array.from({ length: 60 }, (_, i) => says('train', `Nobody is there ${i}.`, 'contradiction')),
      ...Array.from({ length: 60 }, (_, i) => says('train', `Somebody is there ${i}.`, 'entailment')),
      ...Array.from({ length: 60 }, (_, i) => says('test', `${i % 2 ? 'Nobody' : 'Somebody'} is here ${i}.`, i % 2 ? 'contradiction' : 'entailment')), // prettier-ignore
    ]
    const { detail, findings } = await check((await writeTestVersion('hypotheses', images, examples, 'snli_ve')).id)
    const texts = findings.filter(({ example }) => example).map(({ code, example, otherExample }) => [code, example?.label, otherExample?.label]) // prettier-ignore
    expect(texts).toEqual([
      ['duplicate-example', 'neutral', 'neutral'],
      ['empty-text', 'neutral', undefined],
      ['long-text', 'neutral', undefined],
      ['contradictory-label', 'entailment', 'neutral'],
    ])
    expect(detail.summary?.textOnly).toEqual([
      { kind: 'hypothesis', split: 'test', total: 60, accuracy: 1, majority: 0.5, isTelling: true },
    ])
    const train = detail.summary?.labels.find(({ split }) => split === 'train')
    expect(train).toMatchObject({ total: 125, distinct: 3, top: [{ label: 'entailment', count: 61 }, { count: 60 }, { count: 4 }] })
  })
})

test('a check that was canceled or whose attempt lost it leaves no finding; a viewer starts none', async () => {
  const version = await db().datasetVersion.findFirstOrThrow({ where: { dataset: { name: 'pictures' } } })
  const { id } = await startCheck(editor, { versionId: version.id })
  await expect(startCheck(editor, { versionId: version.id })).rejects.toMatchObject({ code: 'conflict' })
  const lost = async (workCtx: Context, state: Parameters<typeof checkDataset>[1]) => {
    await claimWork(ctx, 'check', id)
    await checkDataset(workCtx, state)
  }
  await runWork(ctx, { kind: 'check', id }, lost, new AbortController().signal)
  await cancelWork(editor, { kind: 'check', id })
  await runWork(ctx, { kind: 'check', id }, checkDataset, new AbortController().signal)
  expect(await db().checkFinding.count({ where: { checkId: id } })).toBe(0)
  expect(await getCheck(ctx, { id })).toMatchObject({ status: 'canceled', summary: null })
  await expect(startCheck(await memberContext('viewer'), { versionId: version.id })).rejects.toMatchObject({ code: 'forbidden' })
})
