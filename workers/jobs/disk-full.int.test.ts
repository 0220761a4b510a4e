import { cp } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { db } from '#lib/db'
import { systemContext } from '#lib/services/context'
import { createImport } from '#lib/services/imports/create-import'
import { createDemoFolder } from '#lib/services/imports/data-roots'
import { importDataset } from './import-dataset.ts'

const ctx = systemContext('test')
let folder = ''

/** What PostgreSQL answers on a full disk: raised for the first rows of a table, whoever writes them. */
beforeAll(async () => {
  folder = await createDemoFolder()
  await cp(path.join(import.meta.dirname, '../../lib/formats/fixtures/snli-ve'), folder, { recursive: true })
  await db().$executeRaw`
    create function disk_is_full() returns trigger language plpgsql as $$ begin
      raise exception 'could not extend file "base/1/2": No space left on device' using errcode = '53100';
    end $$`
  await db().$executeRaw`
    create function fill_staging() returns event_trigger language plpgsql as $$ declare made record; begin
      for made in select * from pg_event_trigger_ddl_commands() where object_identity like '%staging_%_examples' loop
        execute format('create trigger disk_full before insert on %s for each statement execute function disk_is_full()', made.object_identity);
      end loop;
    end $$`
})

beforeEach(async () => {
  await db().dataset.deleteMany()
})

async function importTest(): Promise<{ status: string; error: string | null; versionId: string | null }> {
  const file = { role: 'hypotheses' as const, split: 'test' as const, name: 'test', path: path.join(folder, 'snli_ve_test.jsonl') }
  const { id } = await createImport(ctx, { datasetName: 'full', format: 'snli_ve', files: [file], imageRoots: [] })
  await importDataset({ importId: id }, { ctx, signal: new AbortController().signal })
  return db().import.findUniqueOrThrow({ where: { id }, select: { status: true, error: true, versionId: true } })
}

const isFull = { status: 'failed', error: 'The disk is full: free some space and start the import again.', versionId: null }
const countLeft = async () => ({
  versions: await db().datasetVersion.count(),
  examples: await db().example.count(),
  staging: (await db().$queryRaw<unknown[]>`select 1 from pg_class where relname ~ '^staging_'`).length,
})

test('a disk that fills while records are read: the import says so and leaves nothing; with space it works', async () => {
  await db().$executeRaw`create event trigger fill_staging on ddl_command_end when tag in ('CREATE TABLE') execute function fill_staging()`
  expect(await importTest()).toEqual(isFull)
  expect(await countLeft()).toEqual({ versions: 0, examples: 0, staging: 0 })
  await db().$executeRaw`drop event trigger fill_staging`
  expect(await importTest()).toMatchObject({ status: 'succeeded', error: null })
})

test('a disk that fills while the version is written: nothing of it is there, and what was there before still is', async () => {
  const before = await importTest()
  expect(before.status).toBe('succeeded')
  const left = await countLeft()
  // Another digest, so that the same content is written again.
  await db().datasetVersion.update({ where: { id: before.versionId ?? '' }, data: { digest: 'other content' } })
  await db().$executeRaw`create trigger disk_full before insert on "Example" for each statement execute function disk_is_full()`
  await db().$executeRaw`alter table "Example" enable always trigger disk_full`
  expect(await importTest()).toEqual(isFull)
  expect(await countLeft()).toEqual(left)
  await db().$executeRaw`drop trigger disk_full on "Example"`
  expect(await importTest()).toMatchObject({ status: 'succeeded', error: null })
})
