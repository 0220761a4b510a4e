import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { migrate } from './migrate.ts'

// The template already holds the project's migrations; these tests bring their own schema-qualified ones into an own database.
const url = new URL(process.env['DATABASE_URL'] ?? '')
const scratch = new URL(url)
scratch.pathname = `${url.pathname}_scratch`
let directory = ''

async function query(target: URL, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: target.href })
  await client.connect()
  return client.query(sql).finally(() => client.end())
}

async function addMigration(name: string, sql: string): Promise<void> {
  await mkdir(path.join(directory, name), { recursive: true })
  await writeFile(path.join(directory, name, 'migration.sql'), sql)
}

beforeEach(async () => {
  await query(url, `DROP DATABASE IF EXISTS "${scratch.pathname.slice(1)}" WITH (FORCE)`)
  await query(url, `CREATE DATABASE "${scratch.pathname.slice(1)}"`)
  directory = await mkdtemp(path.join(tmpdir(), 'soho-migrations-'))
  await addMigration('1_first', 'CREATE TABLE a (id int); CREATE TABLE b (id int);')
  return () => rm(directory, { recursive: true })
})

afterAll(async () => {
  await query(url, `DROP DATABASE IF EXISTS "${scratch.pathname.slice(1)}" WITH (FORCE)`)
})

test('applies each migration once, in the order of names', async () => {
  await addMigration('2_second', 'ALTER TABLE a ADD COLUMN name text')
  expect(await migrate(scratch.href, directory)).toEqual(['1_first', '2_second'])
  expect(await migrate(scratch.href, directory)).toEqual([])
})

test('several at once apply each migration once', async () => {
  const applied = await Promise.all([1, 2, 3].map(() => migrate(scratch.href, directory)))
  expect(applied.flat()).toEqual(['1_first'])
})

test('a failing migration leaves nothing behind and can be corrected', async () => {
  await addMigration('2_second', 'CREATE TABLE c (id int); SELECT no_such_function()')
  await expect(migrate(scratch.href, directory)).rejects.toThrow(/2_second failed/)
  await addMigration('2_second', 'CREATE TABLE c (id int)')
  expect(await migrate(scratch.href, directory)).toEqual(['2_second'])
})

test('an edited migration and a database from a newer version are refused', async () => {
  await migrate(scratch.href, directory)
  await addMigration('1_first', 'CREATE TABLE other (id int)')
  await expect(migrate(scratch.href, directory)).rejects.toThrow(/changed after it was applied/)
  await rm(path.join(directory, '1_first'), { recursive: true })
  await addMigration('0_other', 'SELECT 1')
  await expect(migrate(scratch.href, directory)).rejects.toThrow(/newer version/)
})

test('the lab’s own migrations give the tables and queues its code uses', async () => {
  const tables = await query(url, `SELECT table_name FROM information_schema.tables WHERE table_schema IN ('public', 'pgboss')`)
  const names = tables.rows.map((row: { table_name: string }) => row.table_name)
  expect(names).toEqual(expect.arrayContaining(['User', '_prisma_migrations', 'job', 'queue']))
})
