import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { db } from '#lib/db'
import { systemContext, type Context } from '#lib/services/context'
import { createImport } from '#lib/services/imports/create-import'
import { createDemoFolder } from '#lib/services/imports/data-roots'
import { previewSubset } from '#lib/services/versions/preview-subset'
import { startDerivation } from '#lib/services/versions/start-derivation'
import { SubsetRule } from '#lib/services/versions/recipe'
import { cancelWork } from '#lib/services/work/cancel-work'
import { claimNextWork, claimWork } from '#lib/services/work/work-claim'
import { findBrokenReferences } from '../../tests/broken-references.ts'
import { memberContext } from '../../tests/member-context.ts'
import { writeTestVersion } from '../../tests/written-version.ts'
import { deriveVersion } from './derive-version.ts'
import { importDataset } from './import-dataset.ts'
import { runWork } from './work-runner.ts'

let ctx: Context
let editor: Context
let whole = ''

interface Picture {
  id: number
  split: 'train' | 'restval' | 'val' | 'test'
  sentences: string[]
}
const pictures: Picture[] = Array.from({ length: 12 }, (_, i) => ({
  id: i + 1,
  split: (['train', 'train', 'train', 'restval', 'val', 'test'] as const)[i % 6] ?? 'train',
  sentences: [`Picture ${i} shows a ${i % 2 ? 'dog' : 'cat'}.`, `It is number ${i}.`],
}))

beforeAll(async () => {
  ctx = systemContext('test')
  editor = await memberContext('editor')
  whole = (await writePictures('whole')).id
})

const bytesOf = (id: number) =>
  sharp({ create: { width: 40 + id, height: 50, channels: 3, background: `rgb(${id * 10}, 40, 90)` } })
    .jpeg()
    .toBuffer()

async function writePictures(name: string) {
  const images = await Promise.all(
    pictures.map(async ({ id }) => ({
      ...{ key: String(id), bytes: await bytesOf(id), widthPx: 40 + id, heightPx: 50, cocoId: id },
      ...(id % 2 === 0 ? { category: 'person' } : {}),
    })),
  )
  const examples = pictures.flatMap(({ id, split, sentences }) => sentences.map((text) => ({ split, text, images: [String(id)] })))
  return writeTestVersion(name, images, examples)
}

/** Imports captions, and boxes on the pictures with even ids, and gives the version. */
async function importPictures(datasetName: string, records: Picture[]) {
  const folder = await createDemoFolder()
  await mkdir(path.join(folder, 'pictures'), { recursive: true })
  for (const { id } of pictures) await writeFile(path.join(folder, 'pictures', `${id}.jpg`), await bytesOf(id))
  const images = records.map(({ id, split, sentences }) => ({
    ...{ filename: `${id}.jpg`, cocoid: id, imgid: id, split },
    sentences: sentences.map((raw, n) => ({ raw, imgid: id, sentid: id * 10 + n })),
  }))
  const annotations = records
    .filter(({ id }) => id % 2 === 0)
    .map(({ id }) => ({ id, image_id: id, category_id: 7, bbox: [1, 2, 10.5, 20], attributes: { zone: 'left', b: 1 } }))
  await writeFile(path.join(folder, `${datasetName}.json`), JSON.stringify({ images, dataset: datasetName }))
  await writeFile(path.join(folder, `${datasetName}-boxes.json`), JSON.stringify({ annotations, categories: [{ id: 7, name: 'person' }] }))
  const at = (role: 'captions' | 'instances', name: string) => ({ role, split: null, name, path: path.join(folder, name) })
  const { id } = await createImport(ctx, {
    ...{ datasetName, format: 'coco_karpathy' },
    files: [at('captions', `${datasetName}.json`), at('instances', `${datasetName}-boxes.json`)],
    imageRoots: [{ name: 'pictures', path: path.join(folder, 'pictures') }],
  })
  await importDataset({ importId: id }, { ctx, signal: new AbortController().signal })
  const { version } = await db().import.findUniqueOrThrow({ where: { id }, include: { version: true } })
  if (!version) throw new Error('the import brought no version')
  return version
}

const work = (id: string, signal = new AbortController().signal) => runWork(ctx, { kind: 'derivation', id }, deriveVersion, signal)

async function derive(input: Parameters<typeof startDerivation>[1]) {
  const { id } = await startDerivation(editor, input)
  await work(id)
  return db().derivation.findUniqueOrThrow({ where: { id }, include: { version: true } })
}

/** Everything of a version that a change could touch. */
async function contentOf(versionId: string) {
  const images = await db().datasetImage.findMany({ where: { versionId }, orderBy: { position: 'asc' }, include: { objects: true } })
  const examples = await db().example.findMany({
    where: { versionId },
    orderBy: { position: 'asc' },
    include: { images: { orderBy: { position: 'asc' }, include: { image: { select: { key: true } } } } },
  })
  return { images, examples }
}

const textsOf = async (versionId: string) => (await contentOf(versionId)).examples.map(({ text }) => text)
const searched = async (versionId: string, words: string) => {
  const found = await db().$queryRaw<{ text: string }[]>`
    select text from "Example" where "versionId" = ${versionId}::uuid and words @@ websearch_to_tsquery('english', ${words}) order by position`
  return found.map(({ text }) => text)
}
const exampleWith = (versionId: string, text: string) => db().example.findFirstOrThrow({ where: { versionId, text } })
const imageWith = (versionId: string, fileName: string) =>
  db().datasetImage.findFirstOrThrow({ where: { versionId, fileName: { endsWith: fileName } } })
const rule = (change: Partial<SubsetRule> = {}) => SubsetRule.parse({ splits: ['train', 'restval', 'val', 'test'], ...change })

describe('changes', () => {
  test('texts, exclusions, author and reason go into a new version; the original is untouched; the drafts are gone', async () => {
    const parent = await writePictures('changed')
    const before = await contentOf(parent.id)
    const draft = { versionId: parent.id, authorId: 'editor', reason: 'looked at it' }
    const edited = await exampleWith(parent.id, 'It is number 0.')
    const excluded = await exampleWith(parent.id, 'It is number 1.')
    const image = await imageWith(parent.id, '3.jpg')
    await db().draftChange.createMany({
      data: [
        { ...draft, kind: 'text', subjectId: edited.id, value: 'It is a riddle.' },
        { ...draft, kind: 'exclude_example', subjectId: excluded.id },
        { ...draft, kind: 'exclude_image', subjectId: image.id },
      ],
    })
    const { version, recipe, reason, status } = await derive({ kind: 'changes', parentId: parent.id, reason: 'a first look' })
    expect({ status, reason, number: version?.number }).toEqual({ status: 'succeeded', reason: 'a first look', number: 2 })
    expect(recipe).toMatchObject({ changes: [{ author: 'editor', reason: 'looked at it' }, {}, {}] })
    const texts = await textsOf(version?.id ?? '')
    expect(texts).toHaveLength(before.examples.length - 3)
    expect(texts[1]).toBe('It is a riddle.')
    expect(texts.join(' ')).not.toMatch(/It is number [012]\./)
    expect(await searched(version?.id ?? '', 'numbers')).toEqual(texts.filter((text) => text.includes('number')))
    expect(await searched(version?.id ?? '', 'riddles')).toEqual(['It is a riddle.'])
    expect(version?.counts).toMatchObject({ images: 11, missingImages: 0, examples: { train: 9, restval: 4, val: 4, test: 4 } })
    expect(await contentOf(parent.id)).toEqual(before)
    expect(await findBrokenReferences()).toEqual([])
    expect(await db().draftChange.count()).toBe(0)
  })

  test('changes that change nothing make no version and say which one it equals', async () => {
    const parent = await db().datasetVersion.findFirstOrThrow({ where: { dataset: { name: 'changed' }, number: 2 } })
    const same = await exampleWith(parent.id, 'It is number 5.')
    await db().draftChange.create({
      data: { versionId: parent.id, authorId: 'editor', kind: 'text', subjectId: same.id, value: same.text },
    })
    const { phase, status, versionId } = await derive({ kind: 'changes', parentId: parent.id })
    expect({ status, versionId }).toEqual({ status: 'succeeded', versionId: null })
    expect(phase).toContain('the same as version 2')
    expect(await db().datasetVersion.count({ where: { datasetId: parent.datasetId } })).toBe(2)
    await expect(startDerivation(editor, { kind: 'changes', parentId: parent.id })).rejects.toThrow('No change waits')
  })
})

describe('subsets', () => {
  test('a derived version has the digest that the same content gets by an import', async () => {
    const parent = await importPictures('imported whole', pictures)
    const kept = pictures.filter(({ split }) => split === 'train' || split === 'test')
    const imported = await importPictures('part', kept)
    const { version } = await derive({
      kind: 'subset',
      parentId: parent.id,
      name: 'derived part',
      rule: rule({ splits: ['train', 'test'] }),
    })
    expect(version?.digest).toBe(imported.digest)
    expect({ ...(version?.counts as object), orphanImages: 4 }).toMatchObject(imported.counts as object)
  })

  test('the same rule draws the same images, another seed others, and each image keeps all its texts', async () => {
    const sample = async (name: string, seed: number) =>
      (await derive({ kind: 'subset', parentId: whole, name, rule: rule({ samples: { train: 0.5 }, seed }) })).version
    expect(await previewSubset(editor, { parentId: whole, rule: rule({ samples: { train: 0.5 } }) })).toMatchObject({
      examples: 18,
      images: 9,
    })
    const [first, again, other] = [await sample('half', 1), await sample('half again', 1), await sample('other half', 2)]
    expect(again?.digest).toBe(first?.digest)
    expect(other?.digest).not.toBe(first?.digest)
    expect(first?.counts).toMatchObject({ examples: { train: 6, restval: 4, val: 4, test: 4 } })
  })

  test('labels, categories, words and sizes choose, together', async () => {
    const chosen = await derive({
      ...{ kind: 'subset', parentId: whole, name: 'large dogs with a person' },
      rule: rule({ search: 'dogs', category: 'person', minimumSidePx: 46 }),
    })
    expect(await textsOf(chosen.versionId ?? '')).toEqual([5, 7, 9, 11].map((i) => `Picture ${i} shows a dog.`))
    const none = await derive({ kind: 'subset', parentId: whole, name: 'horses', rule: rule({ search: 'horse' }) })
    expect(none).toMatchObject({ status: 'failed', versionId: null, error: expect.stringContaining('Nothing is left') })
    // The name is free again.
    await expect(startDerivation(editor, { kind: 'subset', parentId: whole, name: 'horses', rule: rule() })).resolves.toMatchObject({
      datasetId: none.datasetId,
    })
    const taken = startDerivation(editor, { kind: 'subset', parentId: whole, name: 'whole', rule: rule() })
    await expect(taken).rejects.toMatchObject({ fields: { name: expect.stringContaining('already') } })
  })
})

describe('an attempt that ends early', () => {
  const rows = async () => [await db().datasetVersion.count(), await db().example.count(), await db().datasetImage.count()]

  test('killed: it leaves nothing, another attempt takes over, and what the dead one still writes is refused', async () => {
    await db().derivation.deleteMany({ where: { status: 'queued' } })
    const before = await rows()
    const { id } = await startDerivation(editor, { kind: 'subset', parentId: whole, name: 'killed', rule: rule({ splits: ['val'] }) })
    const dying = runWork(
      ctx,
      { kind: 'derivation', id },
      async (workCtx, state) => {
        // While it writes, its worker is taken for dead and another attempt claims the row.
        await claimWork(ctx, 'derivation', id)
        await deriveVersion(workCtx, state)
      },
      new AbortController().signal,
    )
    await dying
    expect(await rows()).toEqual(before)
    expect(await claimNextWork(ctx, 'derivation')).toBeNull()
    await db().derivation.update({ where: { id }, data: { heartbeatAt: new Date(Date.now() - 60_000) } })
    expect(await claimNextWork(ctx, 'derivation')).toEqual({ id })
    await work(id)
    expect(await db().derivation.findUniqueOrThrow({ where: { id } })).toMatchObject({ status: 'succeeded', fence: 3 })
  })

  test('canceled: nothing is written; stopped with its worker: it waits for the next one', async () => {
    const before = await rows()
    const canceled = await startDerivation(editor, { kind: 'subset', parentId: whole, name: 'canceled', rule: rule() })
    await cancelWork(editor, { kind: 'derivation', id: canceled.id })
    await work(canceled.id)
    expect(await claimWork(ctx, 'derivation', canceled.id)).toBeNull()
    const stopped = await startDerivation(editor, { kind: 'subset', parentId: whole, name: 'stopped', rule: rule() })
    await expect(work(stopped.id, AbortSignal.abort())).rejects.toThrow()
    expect(await rows()).toEqual(before)
    expect(await db().derivation.findUniqueOrThrow({ where: { id: stopped.id } })).toMatchObject({ status: 'queued', heartbeatAt: null })
    await work(stopped.id)
    expect((await db().derivation.findUniqueOrThrow({ where: { id: stopped.id } })).versionId).not.toBeNull()
  })

  test('a viewer starts none', async () => {
    const viewer = await memberContext('viewer')
    await expect(startDerivation(viewer, { kind: 'changes', parentId: randomUUID() })).rejects.toMatchObject({ code: 'forbidden' })
  })
})
