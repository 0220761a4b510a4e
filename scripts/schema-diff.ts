import { PGlite } from '@electric-sql/pglite'
import { bindMigrationAwareSqlAdapterFactory, type SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { PrismaPGlite } from 'pglite-prisma-adapter'

interface SchemaEngine {
  diff(params: object): Promise<{ exitCode: number; stdout: string | null }>
}
interface EngineGlue {
  __wbg_set_wasm(exports: WebAssembly.Exports): void
  SchemaEngine: { new: (options: object, onLog: () => void, adapter: object) => Promise<SchemaEngine> }
}

/**
 * The SQL that leads from the migrations in `migrationsDir` (an absent folder counts as none) to the schema; empty when they agree.
 * Prisma's own engine, as WebAssembly, computes it; databases in memory stand in for a server.
 */
export async function diffMigrationsToSchema({
  migrationsDir,
  schemaPath,
}: {
  migrationsDir: string
  schemaPath: string
}): Promise<string> {
  const shadow = await PGlite.create()
  try {
    const engine = await loadEngine(shadow)
    const schema = { path: schemaPath, content: await readFile(schemaPath, 'utf8') }
    const result = await engine.diff({
      from: await migrationList(migrationsDir),
      to: { tag: 'schemaDatamodel', files: [schema] },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    })
    return result.exitCode === 0 ? '' : (result.stdout ?? '')
  } finally {
    await shadow.close()
  }
}

async function loadEngine(database: PGlite): Promise<SchemaEngine> {
  const folder = path.dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'))
  const glueName = './schema_engine_bg.js'
  const glue = (await import(pathToFileURL(path.join(folder, glueName)).href)) as EngineGlue & WebAssembly.ModuleImports
  const bytes = await readFile(path.join(folder, 'schema_engine_bg.wasm'))
  const { instance } = await WebAssembly.instantiate(bytes, { [glueName]: glue })
  glue.__wbg_set_wasm(instance.exports)
  ;(instance.exports['__wbindgen_start'] as () => void)()
  // The adapter is built against its own copy of the same interface.
  const factory = new PrismaPGlite(database) as unknown as SqlMigrationAwareDriverAdapterFactory
  return glue.SchemaEngine.new({ datamodels: undefined }, () => undefined, bindMigrationAwareSqlAdapterFactory(factory))
}

async function migrationList(migrationsDir: string): Promise<object> {
  const entries = existsSync(migrationsDir) ? await readdir(migrationsDir, { withFileTypes: true }) : []
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const migrationDirectories = await Promise.all(
    names.sort().map(async (name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: await readFile(path.join(migrationsDir, name, 'migration.sql'), 'utf8') },
      },
    })),
  )
  const lockfile = { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' }
  return { tag: 'migrations', baseDir: migrationsDir, lockfile, shadowDbInitScript: '', migrationDirectories }
}
