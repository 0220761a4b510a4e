import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, inject } from 'vitest'

/** Gives each test file a database of its own, copied from the migrated template, and an empty data directory. */
const name = `t_${randomUUID().replaceAll('-', '')}`
const template = new URL(inject('templateUrl'))
const own = new URL(template)
own.pathname = `/${name}`
const dataDir = mkdtempSync(path.join(tmpdir(), 'soho-files-'))

// Before anything reads the environment.
process.env['DATABASE_URL'] = own.href
process.env['SOHO_DATA_DIR'] = dataDir
// Vite puts a meaning of its own into this variable.
process.env['BASE_URL'] = 'http://127.0.0.1:3000'
process.env['SESSION_SECRET'] = 'only-for-tests-only-for-tests-only-for-tests'
process.env['LOG_LEVEL'] ??= 'silent'

async function asAdministrator(sql: string): Promise<void> {
  const url = new URL(template)
  url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

beforeAll(async () => {
  await asAdministrator(`CREATE DATABASE ${name} TEMPLATE template_lab STRATEGY file_copy`)
})

afterAll(async () => {
  const { closeDb } = await import('../lib/db.ts')
  const { closeQueue } = await import('../lib/queue.ts')
  await closeQueue()
  await closeDb()
  await asAdministrator(`DROP DATABASE ${name} WITH (FORCE)`)
  rmSync(dataDir, { recursive: true, force: true })
})
