import { randomUUID } from 'node:crypto'
import { cp } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { closeDb, db } from '#lib/db'
import { closeQueue, createQueues } from '#lib/queue'
import { systemContext, type Context } from '#lib/services/context'
import { createImport } from '#lib/services/imports/create-import'
import { createDemoFolder } from '#lib/services/imports/data-roots'
import { summariseVersion } from '#lib/services/datasets/statistics/summarise-version'
import { startDerivation } from '#lib/services/versions/start-derivation'
import { migrate } from '../../scripts/setup/migrate.ts'
import { projectRoot } from '../../scripts/setup/paths.mjs'
import { findBrokenReferences } from '../../tests/broken-references.ts'
import { deriveVersion } from './derive-version.ts'
import { importDataset } from './import-dataset.ts'
import { runWork } from './work-runner.ts'

/** A database on someone else's server: its owner is no superuser. */
const name = `plain_${randomUUID().replaceAll('-', '')}`
const admin = new URL(inject('templateUrl'))
const url = new URL(admin)
let ctx: Context

async function asAdministrator(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: Object.assign(new URL(admin), { pathname: '/postgres' }).href })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

beforeAll(async () => {
  Object.assign(url, { pathname: `/${name}`, username: name, password: 'plain' })
  // Before anything reads the environment.
  process.env['DATABASE_URL'] = url.href
  await asAdministrator(`create role ${name} login password 'plain'`, `create database ${name} owner ${name}`)
  await migrate(url.href, path.join(projectRoot, 'prisma/migrations'))
  await createQueues(url.href)
  ctx = systemContext('test')
})

afterAll(async () => {
  await closeQueue()
  await closeDb()
  await asAdministrator(`drop database ${name} with (force)`, `drop role ${name}`)
})

test('a role that is no superuser sets the lab up, imports, derives and counts; every reference is there', async () => {
  const folder = await createDemoFolder()
  await cp(path.join(import.meta.dirname, '../../lib/formats/fixtures/snli-ve'), folder, { recursive: true })
  const file = { role: 'hypotheses' as const, split: 'test' as const, name: 'test', path: path.join(folder, 'snli_ve_test.jsonl') }
  const { id } = await createImport(ctx, { datasetName: 'plain', format: 'snli_ve', files: [file], imageRoots: [] })
  const signal = new AbortController().signal
  await importDataset({ importId: id }, { ctx, signal })
  const { status, versionId, error } = await db().import.findUniqueOrThrow({ where: { id } })
  expect([status, error]).toEqual(['succeeded', null])
  const rule = { splits: ['test' as const], samples: { test: 0.5 } }
  const derivation = await startDerivation(ctx, { kind: 'subset', parentId: versionId ?? '', name: 'half', rule })
  await runWork(ctx, { kind: 'derivation', id: derivation.id }, deriveVersion, signal)
  const versions = await db().datasetVersion.findMany({ select: { id: true, _count: { select: { examples: true } } } })
  expect(versions).toHaveLength(2)
  for (const { id: counted, _count } of versions) {
    expect(_count.examples).toBeGreaterThan(0)
    expect(await summariseVersion(ctx, counted, signal)).toMatchObject({ splits: [{ split: 'test', examples: _count.examples }] })
  }
  expect(await findBrokenReferences()).toEqual([])
})
