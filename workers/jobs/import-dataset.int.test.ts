import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { putArtifact } from '#lib/artifacts'
import { db } from '#lib/db'
import { listVersionsForStage } from '#lib/services/datasets/list-versions-for-stage'
import { loadBoxes, loadStageData } from '#lib/services/datasets/load-stage-data'
import { createContext, systemContext, type Context } from '#lib/services/context'
import { cancelImport } from '#lib/services/imports/cancel-import'
import { createImport } from '#lib/services/imports/create-import'
import type { CreateImportInput } from '#lib/services/imports/create-import-input'
import { createDemoFolder } from '#lib/services/imports/data-roots'
import { getImport, type ImportDetail } from '#lib/services/imports/get-import'
import { claimImport } from '#lib/services/imports/import-claim'
import { listImportProblems } from '#lib/services/imports/list-import-problems'
import { recordImportProgress } from '#lib/services/imports/record-import-progress'
import { writeZip } from '../../tests/write-zip.ts'
import { importDataset } from './import-dataset.ts'

let ctx: Context
let folder = ''
const fixtures = path.join(import.meta.dirname, '../../lib/formats/fixtures')
type Input = CreateImportInput
type File = Input['files'][number]

beforeAll(async () => {
  ctx = systemContext('test')
  folder = await createDemoFolder()
  await cp(fixtures, path.join(folder, 'fixtures'), { recursive: true })
})

const at = (role: File['role'], split: File['split'], place: string): File => ({
  role,
  split,
  name: path.basename(place),
  path: path.join(folder, place),
})
const picture = (widthPx: number, heightPx: number, background = '#3070b0') =>
  sharp({ create: { width: widthPx, height: heightPx, channels: 3, background } })
const jpeg = (widthPx: number, heightPx: number, background?: string) => picture(widthPx, heightPx, background).jpeg().toBuffer()

async function images(name: string, files: Record<string, Buffer>): Promise<{ name: string; path: string }> {
  const root = path.join(folder, name)
  for (const [file, bytes] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true })
    await writeFile(path.join(root, file), bytes)
  }
  await mkdir(root, { recursive: true })
  return { name, path: root }
}

async function text(name: string, content: unknown): Promise<void> {
  await writeFile(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
}

const start = (input: Pick<Input, 'datasetName' | 'format' | 'files'> & Partial<Input>) => createImport(ctx, { imageRoots: [], ...input })
const work = (importId: string, signal = new AbortController().signal) => importDataset({ importId }, { ctx, signal })

async function importNow(input: Parameters<typeof start>[0]): Promise<ImportDetail> {
  const { id } = await start(input)
  await work(id)
  return getImport(ctx, { id })
}

const kinds = (detail: ImportDetail) => Object.fromEntries(detail.problemKinds.map(({ code, count }) => [code, count]))
const problemsOf = async (id: string) => (await listImportProblems(ctx, { importId: id, limit: 500 })).problems

/** Three captioned pictures, one with a box. */
async function smallCaptions(name: string): Promise<Parameters<typeof start>[0]> {
  const sentence = (imgid: number, n: number) => ({ raw: `Picture ${imgid} in words, ${n}.`, imgid, sentid: imgid * 10 + n })
  const record = (id: number, split: string) => ({
    filename: `${id}.jpg`,
    cocoid: id,
    imgid: id,
    split,
    sentences: [sentence(id, 0), sentence(id, 1)],
  })
  await text(`${name}.json`, { images: [record(1, 'train'), record(2, 'restval'), record(3, 'test')], dataset: 'small' })
  const annotations = [
    { id: 1, image_id: 1, category_id: 7, bbox: [1, 2, 10, 20], attributes: { color: 'red' } },
    { id: 2, image_id: 99, category_id: 7, bbox: [0, 0, 1, 1] },
  ]
  await text(`${name}-instances.json`, { annotations, categories: [{ id: 7, name: 'circle' }] })
  const root = await images(name, { '1.jpg': await jpeg(64, 48), '2.jpg': await jpeg(48, 64), '3.jpg': await jpeg(40, 40, '#aa2020') })
  const files = [at('captions', null, `${name}.json`), at('instances', null, `${name}-instances.json`)]
  return { datasetName: name, format: 'coco_karpathy', files, imageRoots: [root] }
}

describe('a good import of each format can be trained on', () => {
  test('captions in Karpathy form, with labelled boxes', async () => {
    const detail = await importNow(await smallCaptions('captions'))
    expect(detail).toMatchObject({ status: 'succeeded', takenCount: 4 + 1, refusedCount: 0, warningCount: 0 })
    expect(kinds(detail)).toEqual({ 'box-without-image': 1 })
    const versionId = detail.version?.id ?? ''
    const { images: shown, data } = await loadStageData(ctx, versionId, 'pretrain')
    expect(shown.map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual([
      [64, 48],
      [48, 64],
      [40, 40],
    ])
    expect([data.examples.train.length, data.examples.val.length, data.examples.test.length]).toEqual([4, 0, 2])
    const [boxes] = [...(await loadBoxes(ctx, versionId)).values()]
    expect(boxes).toEqual([{ labels: { category: 'circle', color: 'red' }, x: 1, y: 2, width: 10, height: 20 }])
    const [version] = await listVersionsForStage(ctx, { kind: 'retrieval' })
    expect(version).toMatchObject({ versionId, number: 1, exampleCounts: { train: 4, val: 0, test: 2 } })
  })

  test('captions in the official form, their images found in a zip by number', async () => {
    const zip = await putArtifact(writeZip([{ name: 'any/COCO_val2014_000000006818.jpg', bytes: await jpeg(64, 64) }]))
    const detail = await importNow({
      datasetName: 'official',
      format: 'coco_captions',
      files: [at('captions', 'val', 'fixtures/coco/annotations/captions_val2017.json')],
      imageRoots: [{ name: 'images.zip', artifact: zip.digest }],
    })
    expect(detail.status).toBe('succeeded')
    expect(kinds(detail)['image-missing']).toBe(11)
    const { images: shown } = await loadStageData(ctx, detail.version?.id ?? '', 'retrieval')
    expect(shown).toHaveLength(1)
  })

  test('questions joined with their ten answers', async () => {
    const files = [
      at('questions', 'train', 'fixtures/vqa2/v2_OpenEnded_mscoco_train2014_questions.json'),
      at('annotations', 'train', 'fixtures/vqa2/v2_mscoco_train2014_annotations.json'),
    ]
    const ids = await questionImages()
    const root = await images(
      'vqa',
      Object.fromEntries(await Promise.all(ids.map(async (id) => [`${id}.png`, await picture(50, 50).png().toBuffer()]))),
    )
    const detail = await importNow({ datasetName: 'questions', format: 'vqa_v2', files, imageRoots: [root] })
    expect(detail).toMatchObject({ status: 'succeeded', warningCount: 0, refusedCount: 0 })
    const { data } = await loadStageData(ctx, detail.version?.id ?? '', 'vqa')
    if (data.kind !== 'vqa') throw new Error(data.kind)
    expect(data.examples.train.length).toBeGreaterThan(10)
    expect(data.examples.train.every(({ answers }) => answers.length === 10)).toBe(true)
  })

  test('statements about two images, and hypotheses about one', async () => {
    const line = { identifier: 'dev-1-0-0', sentence: 'Two pictures.', label: 'True' }
    await text('dev.json', JSON.stringify(line))
    const pair = await images('nlvr2', { 'dev-1-0-img0.png': await jpeg(64, 64), 'dev-1-0-img1.png': await jpeg(32, 64) })
    const two = await importNow({ datasetName: 'pairs', format: 'nlvr2', files: [at('statements', 'val', 'dev.json')], imageRoots: [pair] })
    const statements = await loadStageData(ctx, two.version?.id ?? '', 'nlvr2')
    expect(statements.data.examples.val).toMatchObject([{ label: true, images: [0, 1], group: 'dev-1-0' }])
    const hypothesis = { gold_label: 'neutral', sentence2: 'It rains.', Flickr30K_ID: '77', pairID: '77.jpg#0r1n' }
    await text('snli.jsonl', JSON.stringify(hypothesis))
    const photo = await images('flickr', { 'photos/77.JPG': await jpeg(64, 64) })
    const one = await importNow({
      datasetName: 'hypotheses',
      format: 'snli_ve',
      files: [at('hypotheses', 'test', 'snli.jsonl')],
      imageRoots: [photo],
    })
    const { data } = await loadStageData(ctx, one.version?.id ?? '', 'snli-ve')
    expect(data.examples.test).toMatchObject([{ label: 'neutral', text: 'It rains.', image: 0 }])
  })

  test('NLVR: the three boxes of a strip become images of their own', async () => {
    const detail = await importNow({
      datasetName: 'boxes',
      format: 'nlvr',
      files: [at('statements', 'val', 'fixtures/nlvr/dev/dev.json')],
      imageRoots: [{ name: 'dev', path: path.join(folder, 'fixtures/nlvr/dev') }],
    })
    expect(detail).toMatchObject({ status: 'succeeded', takenCount: 20, refusedCount: 0 })
    expect(kinds(detail)).toMatchObject({ 'image-missing': 15 * 3, 'orphan-images': 1 })
    const { images: shown, data } = await loadStageData(ctx, detail.version?.id ?? '', 'nlvr2')
    expect(data.examples.val).toHaveLength(5)
    expect(shown).toHaveLength(15)
    const strip = path.join(folder, 'fixtures/nlvr/dev/images/0/dev-2536-0-0.png')
    const cut = await sharp(strip).extract({ left: 150, top: 0, width: 100, height: 100 }).removeAlpha().raw().toBuffer()
    const index = (
      await db().datasetImage.findMany({ where: { versionId: detail.version?.id ?? '' }, select: { id: true, key: true } })
    ).find(({ key }) => key === 'dev-2536-0-0#1')
    const stored = shown.find(({ id }) => id === index?.id)
    expect(await sharp(stored?.file).raw().toBuffer()).toEqual(cut)
  })
})

async function questionImages(): Promise<number[]> {
  const { default: file } = (await import('../../lib/formats/fixtures/vqa2/v2_OpenEnded_mscoco_train2014_questions.json', {
    with: { type: 'json' },
  })) as { default: { questions: { image_id: number }[] } }
  return [...new Set(file.questions.map(({ image_id }) => image_id))]
}

describe('what an import tells of its data', () => {
  test('Visual Genome: regions with their boxes, photos by their COCO and Flickr ids', async () => {
    const files = [at('regions', null, 'fixtures/vg/region_descriptions.json'), at('image-data', null, 'fixtures/vg/image_data.json')]
    const detail = await importNow({ datasetName: 'regions', format: 'visual_genome', files })
    const versionId = detail.version?.id ?? ''
    expect(detail).toMatchObject({ status: 'succeeded', refusedCount: 0 })
    const photos = await db().datasetImage.findMany({
      where: { versionId },
      orderBy: { position: 'asc' },
      select: { cocoId: true, flickrId: true },
    })
    expect(photos).toContainEqual({ cocoId: 397133n, flickrId: '1' })
    const example = await db().example.findFirstOrThrow({ where: { versionId, externalId: '1382' }, select: { text: true, box: true } })
    expect(example).toEqual({ text: 'the clock is green in colour', box: [421, 57, 82, 139] })
    const [found] = await db().$queryRaw<{ text: string }[]>`
      select text from "Example" where "versionId" = ${versionId}::uuid
        and words @@ websearch_to_tsquery('english', 'wear sneaker')`
    expect(found?.text).toBe('man is wearing sneakers')
  })

  test('our own JSON Lines: a version serves every stage whose kind of example it holds', async () => {
    const record = { image: 'a.jpg', split: 'train' }
    const lines = [
      { ...record, text: 'A dog.' },
      { ...record, kind: 'question', text: 'Who?', answers: ['dog'] },
    ]
    await text('own.jsonl', lines.map((line) => JSON.stringify(line)).join('\n'))
    const detail = await importNow({ datasetName: 'own', format: 'json_lines', files: [at('examples', null, 'own.jsonl')] })
    const of = async (kind: 'retrieval' | 'vqa' | 'nlvr2') =>
      (await listVersionsForStage(ctx, { kind })).filter(({ datasetName }) => datasetName === 'own')
    expect(await of('retrieval')).toMatchObject([{ versionId: detail.version?.id, exampleCounts: { train: 1, val: 0, test: 0 } }])
    expect(await of('vqa')).toHaveLength(1)
    expect(await of('nlvr2')).toEqual([])
  })

  test('a file that is named like a published one and holds less says so with both numbers', async () => {
    const files = [at('captions', 'val', 'fixtures/coco/annotations/captions_val2017.json')]
    const detail = await importNow({ datasetName: 'part', format: 'coco_captions', files })
    expect(detail.outcome).toBe('complete with problems')
    expect((await problemsOf(detail.id)).filter(({ code }) => code === 'official-count').map(({ reason }) => reason)).toEqual([
      '12 images, the published val2017 has 5,000',
      expect.stringMatching(/^\d+ examples, the published val2017 has 25,014$/),
    ])
  })
})

describe('what is bad is reported and costs nothing else', () => {
  test('a malformed file: its valid records are kept, every fault has file, place and reason', async () => {
    const detail = await importNow({
      datasetName: 'malformed',
      format: 'snli_ve',
      files: [at('hypotheses', 'val', 'fixtures/malformed/snli_ve_dev.jsonl')],
    })
    expect(detail).toMatchObject({ status: 'succeeded', takenCount: 10, refusedCount: 7 })
    const problems = await problemsOf(detail.id)
    expect(problems.find(({ code }) => code === 'gold-label-value')).toMatchObject({
      severity: 'refused',
      file: 'snli_ve_dev.jsonl',
      place: 'line 6',
      field: 'gold_label',
    })
    expect(problems.filter(({ severity }) => severity === 'refused').every(({ raw }) => raw !== null)).toBe(true)
    expect(kinds(detail)['no-images']).toBe(1)
  })

  test('files that are not what their name says end the import in one sentence, unless others are good', async () => {
    const bad = at('hypotheses', 'train', 'fixtures/malformed/whole-file/empty.json')
    const failed = await importNow({ datasetName: 'nothing', format: 'snli_ve', files: [bad] })
    expect(failed).toMatchObject({ status: 'failed', error: 'empty.json: the file is empty', version: null })
    const good = at('hypotheses', 'test', 'fixtures/snli-ve/snli_ve_test.jsonl')
    const mixed = await importNow({ datasetName: 'mixed', format: 'snli_ve', files: [bad, good] })
    expect(mixed.status).toBe('succeeded')
    expect(kinds(mixed)).toMatchObject({ empty: 1 })
  })

  test('damaged, mistaken and turned images', async () => {
    const input = await smallCaptions('damaged')
    const whole = await jpeg(300, 200)
    await images('damaged', {
      '1.jpg': whole.subarray(0, Math.floor(whole.length * 0.6)),
      '2.jpg': Buffer.from('<!DOCTYPE html><title>403</title>'),
      '3.jpg': await picture(60, 40).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    })
    const detail = await importNow(input)
    expect(detail).toMatchObject({ status: 'succeeded', warningCount: 2 })
    expect(kinds(detail)).toMatchObject({ 'image-damaged': 1, 'image-type': 1 })
    const { images: shown } = await loadStageData(ctx, detail.version?.id ?? '', 'retrieval')
    expect(shown.map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual([[40, 60]])
  })

  test('names that lead out of a zip or a folder are refused and never opened', async () => {
    const line = { gold_label: 'neutral', sentence2: 'A dog.', Flickr30K_ID: '5', pairID: '5.jpg#0r1n' }
    await text('one.jsonl', JSON.stringify(line))
    const bytes = await jpeg(64, 64)
    const evil = ['../5.jpg', '/5.jpg', 'a/../../5.jpg', 'C:\\5.jpg', '..\\5.jpg'].map((name) => ({ name, bytes }))
    const zip = await putArtifact(writeZip(evil))
    await writeFile(path.join(folder, '../outside.jpg'), bytes)
    const root = await images('links', {})
    await symlink(path.join(folder, '../outside.jpg'), path.join(root.path, '5.jpg'))
    const imageRoots = [{ name: 'evil.zip', artifact: zip.digest }, root]
    const detail = await importNow({ datasetName: 'evil', format: 'snli_ve', files: [at('hypotheses', 'val', 'one.jsonl')], imageRoots })
    expect(kinds(detail)).toMatchObject({ 'path-escape': 6, 'image-missing': 1 })
    await rm(path.join(folder, '../outside.jpg'))
  })

  test('a second file of the same split does not double its examples', async () => {
    const good = at('hypotheses', 'test', 'fixtures/snli-ve/snli_ve_test.jsonl')
    const detail = await importNow({ datasetName: 'twice', format: 'snli_ve', files: [good, { ...good, name: 'again.jsonl' }] })
    expect(detail).toMatchObject({ takenCount: 16, refusedCount: 16 })
    expect(kinds(detail)).toMatchObject({ 'duplicate-example': 16 })
  })
})

describe('an import is done exactly once', () => {
  test('the same content again makes no new version and says so; other content makes the next one', async () => {
    const input = await smallCaptions('again')
    const first = await importNow(input)
    const second = await importNow(input)
    expect(second).toMatchObject({ status: 'succeeded', version: null, phase: 'The content is the same as version 1: nothing was added.' })
    await images('again', { '3.jpg': await jpeg(41, 41) })
    const third = await importNow(input)
    expect(third.version?.number).toBe(2)
    expect(await db().datasetVersion.count({ where: { datasetId: first.dataset.id } })).toBe(2)
  })

  test('stopped in the middle and delivered again: no duplicates, nothing half-written', async () => {
    const { id, datasetId } = await start(await smallCaptions('stopped'))
    await expect(work(id, AbortSignal.abort(new Error('the worker stops')))).rejects.toThrow('the worker stops')
    expect(await getImport(ctx, { id })).toMatchObject({ status: 'queued', phase: 'Waiting for a worker' })
    expect(await db().datasetVersion.count({ where: { datasetId } })).toBe(0)
    await work(id)
    await work(id)
    const detail = await getImport(ctx, { id })
    expect(detail).toMatchObject({ status: 'succeeded', takenCount: 5 })
    expect(await db().example.count({ where: { version: { datasetId } } })).toBe(6)
    expect(await problemsOf(id)).toHaveLength(1)
  })

  test('killed between two files: the next attempt goes on after the first, and the version is the same as read in one go', async () => {
    const [test, dev] = [at('hypotheses', 'test', 'fixtures/snli-ve/snli_ve_test.jsonl'), at('hypotheses', 'val', 'killed.jsonl')]
    const lines = await readFile(path.join(folder, 'fixtures/malformed/snli_ve_dev.jsonl'))
    await writeFile(path.join(folder, 'killed.jsonl'), lines)
    const input = { datasetName: 'killed', format: 'snli_ve' as const, files: [dev, test] }
    const { id, datasetId } = await start(input)
    const stop = new AbortController()
    const onPhase = (phase: string) => phase === 'Reading snli_ve_test.jsonl' && stop.abort(new Error('killed'))
    await expect(importDataset({ importId: id }, { ctx, signal: stop.signal, onPhase })).rejects.toThrow('killed')
    const phases: string[] = []
    await importDataset({ importId: id }, { ctx, signal: new AbortController().signal, onPhase: (phase) => phases.push(phase) })
    expect(phases.filter((phase) => phase.startsWith('Reading'))).toEqual(['Reading snli_ve_test.jsonl'])
    const detail = await getImport(ctx, { id })
    expect(detail).toMatchObject({ status: 'succeeded', takenCount: 10 + 16, refusedCount: 7 })
    const again = await importNow(input)
    expect(again).toMatchObject({ version: null, takenCount: 10 + 16, refusedCount: 7, warningCount: detail.warningCount })
    expect(kinds(again)).toEqual(kinds(detail))
    expect(await db().example.count({ where: { version: { datasetId } } })).toBe(26)
    expect(await db().$queryRaw`select relname from pg_class where relname like 'staging\\_%'`).toEqual([])
  })

  test('what an attempt writes after another took its import over is refused', async () => {
    const { id } = await start(await smallCaptions('taken'))
    const stale = await claimImport(ctx, id)
    const held = await claimImport(ctx, id)
    if (!stale || !held) throw new Error('not claimed')
    const progress = { phase: 'x', done: 1, total: null, takenCount: 9, warningCount: 0, refusedCount: 0 }
    await expect(recordImportProgress(ctx, stale, progress, [])).rejects.toThrow('no longer holds')
    await recordImportProgress(ctx, held, progress, [])
  })

  test('canceled while it runs: it stops, and nothing of it stays', async () => {
    const { id, datasetId } = await start(await smallCaptions('stopped by hand'))
    let canceled: Promise<unknown> = Promise.resolve()
    const onPhase = (phase: string) => void (phase === 'Checking images' && (canceled = cancelImport(ctx, { id })))
    await importDataset({ importId: id }, { ctx, signal: new AbortController().signal, onPhase })
    await canceled
    expect((await getImport(ctx, { id })).status).toBe('canceled')
    expect(await db().datasetVersion.count({ where: { datasetId } })).toBe(0)
    expect(await db().$queryRaw`select relname from pg_class where relname like 'staging\\_%'`).toEqual([])
  })

  test('canceled: no version, and a late delivery does nothing', async () => {
    const { id, datasetId } = await start(await smallCaptions('canceled'))
    await cancelImport(ctx, { id })
    await work(id)
    expect((await getImport(ctx, { id })).status).toBe('canceled')
    expect(await db().datasetVersion.count({ where: { datasetId } })).toBe(0)
    await expect(cancelImport(ctx, { id })).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('who and what may be imported', () => {
  test('a viewer may not import or cancel, nobody may without signing in', async () => {
    const input = await smallCaptions('forbidden')
    const viewer = createContext({ kind: 'user', userId: 'u', name: 'V', role: 'viewer' })
    await expect(createImport(viewer, { imageRoots: [], ...input })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(createImport(createContext({ kind: 'anonymous' }), { imageRoots: [], ...input })).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    expect(await db().dataset.count({ where: { name: 'forbidden' } })).toBe(0)
  })

  test('a path outside the allowed folders is refused, whether it exists or not', async () => {
    const file = (place: string): File => ({ role: 'hypotheses', split: 'test', name: 'passwd', path: place })
    for (const place of ['/etc/passwd', '/no/such/file', path.join(folder, '../..')]) {
      await expect(start({ datasetName: 'outside', format: 'snli_ve', files: [file(place)] })).rejects.toMatchObject({ code: 'invalid' })
    }
  })

  test('a missing questions file and a format mismatch are said before anything starts', async () => {
    const annotations = at('annotations', 'train', 'fixtures/vqa2/v2_mscoco_train2014_annotations.json')
    await expect(start({ datasetName: 'q', format: 'vqa_v2', files: [annotations] })).rejects.toMatchObject({
      code: 'invalid',
      fields: { files: 'The questions file is missing.' },
    })
    await importNow(await smallCaptions('known'))
    const good = at('hypotheses', 'test', 'fixtures/snli-ve/snli_ve_test.jsonl')
    await expect(start({ datasetName: 'known', format: 'snli_ve', files: [good] })).rejects.toMatchObject({ code: 'conflict' })
  })
})
