import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { db, withConnection } from '#lib/db'
import { systemContext } from '#lib/services/context'
import { createImport } from '#lib/services/imports/create-import'
import { createDemoFolder } from '#lib/services/imports/data-roots'
import { getImport } from '#lib/services/imports/get-import'
import { StagingWriter } from '#lib/services/imports/staging/staging-writer'
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
  await withConnection(async (client) => {
    const writer = new StagingWriter(client, id, 1001)
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
