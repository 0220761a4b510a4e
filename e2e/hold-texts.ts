import { readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { lab } from './fixtures'

/** Keeps every search in texts waiting, as millions of them do, until `release`; `stopSearches` ends those under way. */
export async function holdTexts(): Promise<{ stopSearches: () => Promise<void>; release: () => Promise<void> }> {
  const { databaseUrl } = JSON.parse(readFileSync(path.join(lab.folder, 'data', 'runtime.json'), 'utf8')) as { databaseUrl: string }
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query('begin')
  await client.query('lock table "Example" in access exclusive mode')
  const stopSearches = async () => {
    await client.query(`select pg_cancel_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and query like '%string_agg%'`)
  }
  // A connection that ends gives its locks back.
  return { stopSearches, release: () => client.end() }
}
