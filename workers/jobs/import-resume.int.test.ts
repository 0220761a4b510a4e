import { link, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { db } from '#lib/db'
import { systemContext } from '#lib/services/context'
import { createImport } from '#lib/services/imports/create-import'
import { createDemoFolder } from '#lib/services/imports/data-roots'
import { getImport } from '#lib/services/imports/get-import'
import { listImportProblems } from '#lib/services/imports/list-import-problems'
import { stagingTables } from '#lib/services/imports/staging/staging-tables'
import { StagingWriter, withCopyClients } from '#lib/services/imports/staging/staging-writer'
import { until } from '../../tests/own-worker.ts'
import { importDataset } from './import-dataset.ts'

async function writeTexts(split: 'train' | 'val', count: number): Promise<{ name: string; path: string }> {
  const name = `${split}.jsonl`
  const file = path.join(await createDemoFolder(), name)
  const lines = Array.from({ length: count }, (_, i) => JSON.stringify({ id: `own-${i}`, image: 'a.jpg', split, text: `Text ${i}.` }))
  await writeFile(file, lines.join('\n'))
  return { name, path: file }
}

const leftBehind = (externalId: string) => ({
  ...{ kind: 'caption' as const, split: 'val' as const, externalId, text: `Text ${externalId}.`, label: null },
  ...{ answers: [], answerType: null, groupKey: null, imageKeys: ['a.jpg'] },
})

test('rows that an attempt left of a file when it died neither count nor make the file’s own rows repeats', async () => {
  const ctx = systemContext('test')
  const files = [await writeTexts('train', 100), await writeTexts('val', 3000)]
  const { id, datasetId } = await createImport(ctx, {
    ...{ datasetName: 'resumed', format: 'json_lines', imageRoots: [] },
    files: files.map((file) => ({ role: 'examples', split: null, ...file })),
  })
  const stop = new AbortController()
  const onPhase = (phase: string) => phase === 'Reading val.jsonl' && stop.abort(new Error('killed'))
  await expect(importDataset({ importId: id }, { ctx, signal: stop.signal, onPhase })).rejects.toThrow('killed')
  await withCopyClients(async (clients) => {
    const writer = new StagingWriter(clients, id, 1001)
    for (const externalId of ['own-7', 'left']) writer.addExample(leftBehind(externalId), { number: 1, siblings: 1, place: '', span: null })
    await writer.end()
  })
  await importDataset({ importId: id }, { ctx, signal: new AbortController().signal })
  expect(await getImport(ctx, { id })).toMatchObject({ status: 'succeeded', takenCount: 3100, refusedCount: 0, warningCount: 1 })
  const [texts] = await db().$queryRaw<{ count: number; last: number; val: number }[]>`
    select count(*)::int as count, max(position) as last, (count(*) filter (where split = 'val'))::int as val
    from "Example" e join "DatasetVersion" v on v.id = e."versionId" where v."datasetId" = ${datasetId}::uuid`
  expect(texts).toEqual({ count: 3100, last: 3099, val: 3000 })
})

/** Grey photographs, one file under many names: so many take seconds to look at. The first two are cut off. */
async function writePhotos(folder: string, count: number): Promise<string[]> {
  await mkdir(folder)
  const noise = { type: 'gaussian' as const, mean: 120, sigma: 40 }
  const photo = await sharp({ create: { width: 800, height: 600, channels: 3, background: '#000000', noise } })
    .toColourspace('b-w')
    .jpeg()
    .toBuffer()
  await writeFile(path.join(folder, 'photo'), photo)
  const names = Array.from({ length: count }, (_, i) => `${i}.jpg`)
  for (const name of names.slice(2)) await link(path.join(folder, 'photo'), path.join(folder, name))
  for (const name of names.slice(0, 2)) await writeFile(path.join(folder, name), photo.subarray(0, 20_000))
  return names
}

test('images that an attempt had looked at when it died are not looked at again, and what it found of them stands once', async () => {
  const ctx = systemContext('test')
  const root = await createDemoFolder()
  const names = await writePhotos(path.join(root, 'photos'), 700)
  const file = path.join(root, 'photos.jsonl')
  const record = (image: string, i: number) => JSON.stringify({ id: `p-${i}`, image, split: 'train', text: `Text ${i}.` })
  await writeFile(file, [...names.map(record), record('5.jpg', 5)].join('\n'))
  await symlink('/etc', path.join(root, 'photos', 'elsewhere'))
  const { id, datasetId } = await createImport(ctx, {
    ...{ datasetName: 'photos', format: 'json_lines', imageRoots: [{ name: 'photos', path: path.join(root, 'photos') }] },
    files: [{ role: 'examples', split: null, name: 'photos.jsonl', path: file }],
  })
  const stop = new AbortController()
  const killed = importDataset({ importId: id }, { ctx, signal: stop.signal })
  killed.catch(() => undefined)
  const { looks } = stagingTables(id)
  await until('some images are recorded', async () => {
    const [look] = await db().$queryRaw<{ upTo: number | null }[]>`select max("upTo") as "upTo" from ${looks}`.catch(() => [])
    return (look?.upTo ?? 0) > 0
  })
  stop.abort(new Error('killed'))
  await expect(killed).rejects.toThrow('killed')
  for (const name of names.slice(0, 100)) await rm(path.join(root, 'photos', name))
  await writeFile(path.join(root, 'photos', '0.jpg'), '')
  await importDataset({ importId: id }, { ctx, signal: new AbortController().signal })
  expect(await getImport(ctx, { id })).toMatchObject({ status: 'succeeded', takenCount: 700, refusedCount: 1, warningCount: 2 })
  const { problems } = await listImportProblems(ctx, { importId: id, limit: 50 })
  expect(problems.map(({ code, reason }) => [code, /^\d+/.exec(reason)?.[0]])).toEqual([
    ['duplicate-id', undefined],
    ['path-escape', undefined],
    ['image-damaged', '0'],
    ['image-damaged', '1'],
    ['image-grey', '698'],
  ])
  const usable = await db().datasetImage.count({ where: { version: { datasetId }, digest: { not: null } } })
  expect(usable).toBe(698)
})
