import path from 'node:path'
import { createQueues } from '#lib/queue'
import { createDatabase } from './setup/create-database.ts'
import { migrate } from './setup/migrate.ts'

/** Brings the database of DATABASE_URL up to date: exists, migrated, queues there. One sentence and exit code 1 when it cannot. */
const url = process.env['DATABASE_URL'] ?? ''
try {
  await createDatabase(url)
  const applied = await migrate(url, path.resolve(import.meta.dirname, '../prisma/migrations'))
  await createQueues(url)
  for (const name of applied) console.log(`applied ${name}`)
} catch (error) {
  console.error(sentence(error))
  process.exitCode = 1
}

function sentence(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ETIMEDOUT')
    return `No PostgreSQL server answers at DATABASE_URL (${code}): start it, or unset DATABASE_URL to use the embedded one.`
  if (code === '28P01' || code === '28000') return 'The PostgreSQL server refuses the user or password in DATABASE_URL: correct it.'
  return message || String(error)
}
