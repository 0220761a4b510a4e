import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { diffMigrationsToSchema } from './schema-diff.ts'

/**
 * Writes the migration that brings the migrations up to prisma/schema.prisma.
 * `--init` writes the first one anew from the schema alone: only for a schema that no database holds data of.
 */
const INIT = '20261124000000_init'
const { values, positionals } = parseArgs({ allowPositionals: true, options: { init: { type: 'boolean' }, check: { type: 'boolean' } } })
const prisma = path.resolve(import.meta.dirname, '../prisma')
const migrations = path.join(prisma, 'migrations')

async function write(name: string, sql: string): Promise<void> {
  await mkdir(path.join(migrations, name), { recursive: true })
  await writeFile(path.join(migrations, name, 'migration.sql'), sql)
  await writeFile(path.join(migrations, 'migration_lock.toml'), 'provider = "postgresql"\n')
  console.log(`Wrote prisma/migrations/${name}/migration.sql`)
}

const from = values.init ? path.join(migrations, 'none') : migrations
const sql = await diffMigrationsToSchema({ migrationsDir: from, schemaPath: path.join(prisma, 'schema.prisma') })
if (sql === '') console.log('The migrations and prisma/schema.prisma agree.')
else if (values.check) {
  console.error(`The migrations lag behind prisma/schema.prisma: run \`npm run db:diff -- NAME\`.\n${sql}`)
  process.exitCode = 1
} else if (values.init) await write(INIT, sql)
else {
  const name = positionals[0]
  if (!name || !/^[a-z0-9_]+$/.test(name)) throw new Error('Name the migration (a-z, 0-9, _): npm run db:diff -- add_reviews')
  await write(`${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${name}`, sql)
}
