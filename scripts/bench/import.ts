import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { createQueues } from '#lib/queue'
import type { Context } from '#lib/services/context'
import { createDatabase } from '../setup/create-database.ts'
import { migrate } from '../setup/migrate.ts'
import { projectRoot } from '../setup/paths.mjs'
import { createCluster, openCluster, startCluster, stopCluster } from '../setup/postgres.mjs'
import { databaseSeconds } from './database-seconds.ts'
import { datasetNames, generateDataset, type DatasetName } from './generate-datasets.ts'

/**
 * Imports a generated dataset of the published size into a database of its own, and prints how fast it went and how much memory the
 * importing process took: `node scripts/bench/import.ts --format visual_genome [--scale 0.1] [--json] [--keep FOLDER] [--statements]`.
 * `--derive` then copies the version into a subset that keeps everything.
 * Rows a second are records of the files; "parsed" ends when all are in the staging tables, "end to end" when the version can be searched.
 * `--statements` adds what each of the database's statements took.
 */
const { values } = parseArgs({
  options: {
    format: { type: 'string', default: 'visual_genome' },
    scale: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    keep: { type: 'string' },
    statements: { type: 'boolean', default: false },
    derive: { type: 'boolean', default: false },
  },
})
const name = datasetNames.find((known) => known === values.format)
if (!name) throw new Error(`--format is one of ${datasetNames.join(', ')}`)

const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'soho-bench-')))
await chmod(folder, 0o711)
// As `npm start` runs it: durable.
const settings = values.statements ? { shared_preload_libraries: 'pg_stat_statements' } : {}
const server = await openCluster({ root: projectRoot, dataDir: folder, password: randomBytes(12).toString('hex'), settings })
try {
  const url = await createServer()
  process.env['DATABASE_URL'] = url
  process.env['SOHO_DATA_DIR'] = path.join(folder, 'data')
  process.env['LOG_LEVEL'] = 'silent'
  await measure(name, Number(values.scale))
} finally {
  await stopCluster(server)
  await rm(folder, { recursive: true, force: true })
}

async function createServer(): Promise<string> {
  await createCluster(server)
  const url = await startCluster(server)
  await createDatabase(url)
  await migrate(url, path.join(projectRoot, 'prisma/migrations'))
  await createQueues(url)
  return url
}

async function measure(dataset: DatasetName, scale: number): Promise<void> {
  const [{ systemContext }, { createImport }, { createDemoFolder }, { importDataset }, { getImport }, { closeDb, db }, { closeQueue }] =
    await Promise.all([
      import('#lib/services/context'),
      import('#lib/services/imports/create-import'),
      import('#lib/services/imports/data-roots'),
      import('#workers/jobs/import-dataset'),
      import('#lib/services/imports/get-import'),
      import('#lib/db'),
      import('#lib/queue'),
    ])
  const ctx = systemContext('bench')
  const generated = await generateDataset(dataset, values.keep ?? path.join(await createDemoFolder(), 'bench'), scale)
  const { id } = await createImport(ctx, { datasetName: 'bench', format: generated.format, files: generated.files, imageRoots: [] })
  const phases: { phase: string; at: number; worker: number; database: number }[] = []
  let peakBytes = 0
  const sampler = setInterval(() => (peakBytes = Math.max(peakBytes, process.memoryUsage.rss())), 100)
  if (values.statements) await db().$executeRaw`create extension pg_stat_statements`
  const started = performance.now()
  const cpu = process.cpuUsage()
  const databaseBefore = databaseSeconds(server.cluster)
  const spent = () => {
    const { user, system } = process.cpuUsage(cpu)
    return {
      at: (performance.now() - started) / 1000,
      worker: (user + system) / 1e6,
      database: databaseSeconds(server.cluster) - databaseBefore,
    }
  }
  await importDataset(
    { importId: id },
    { ctx, signal: new AbortController().signal, onPhase: (phase) => phases.push({ phase, ...spent() }) },
  )
  const end = spent()
  const { at: wall, worker: used, database: databaseUsed } = end
  clearInterval(sampler)
  const detail = await getImport(ctx, { id })
  const found = await search(db)
  const derived = values.derive ? await measureDerivation(ctx, detail.version?.id ?? '') : {}
  const parsed = phases.find(({ phase }) => !phase.startsWith('Reading'))?.at ?? wall
  const result = {
    ...{ format: dataset, scale, records: generated.records, status: detail.status, taken: detail.takenCount },
    ...{ parsedPerSecond: Math.round(generated.records / parsed), endToEndPerSecond: Math.round(generated.records / wall) },
    ...{ wallSeconds: round(wall), cpuSeconds: round(used), databaseCpuSeconds: round(databaseUsed) },
    // On a machine with other work this is what the records cost; the two take turns more than they run at once.
    ...{
      perProcessorSecond: Math.round(generated.records / (used + databaseUsed)),
      peakMb: Math.round(peakBytes / 2 ** 20),
      ...found,
      ...derived,
    },
    phases: phases.map((from, i) => phaseLine(from.phase, from, phases[i + 1] ?? end)),
    ...(values.statements ? { statements: await slowStatements(db()) } : {}),
  }
  if (values.json) console.log(JSON.stringify(result))
  else console.dir(result)
  await closeQueue()
  await closeDb()
}

async function measureDerivation(ctx: Context, parentId: string) {
  const [{ startDerivation }, { runWork }, { deriveVersion }] = await Promise.all([
    import('#lib/services/versions/start-derivation'),
    import('#workers/jobs/work-runner'),
    import('#workers/jobs/derive-version'),
  ])
  const { id } = await startDerivation(ctx, {
    ...{ kind: 'subset', parentId, name: 'everything', reason: '' },
    rule: { splits: ['train', 'restval', 'val', 'test'] },
  })
  const started = performance.now()
  const before = databaseSeconds(server.cluster)
  let peakBytes = 0
  const sampler = setInterval(() => (peakBytes = Math.max(peakBytes, process.memoryUsage.rss())), 100)
  await runWork(ctx, { kind: 'derivation', id }, deriveVersion, new AbortController().signal)
  clearInterval(sampler)
  const { status } = await ctx.db.derivation.findUniqueOrThrow({ where: { id } })
  const seconds = {
    deriveSeconds: round((performance.now() - started) / 1000),
    deriveCpuSeconds: round(databaseSeconds(server.cluster) - before),
  }
  return { derivation: status, ...seconds, derivePeakMb: Math.round(peakBytes / 2 ** 20) }
}

type Spent = { at: number; worker: number; database: number }

function phaseLine(phase: string, from: Spent, to: Spent): string {
  const took = (key: keyof Spent) => round(to[key] - from[key])
  return `${phase}: ${took('at')} s, processor ${took('worker')} worker + ${took('database')} database`
}

/** The statements that took longest, waiting included. */
async function slowStatements(db: import('#lib/db').Db): Promise<string[]> {
  const rows = await db.$queryRaw<{ seconds: number; calls: number; query: string }[]>`
    select total_exec_time / 1000 as seconds, calls::int, query from pg_stat_statements order by total_exec_time desc limit 24`
  return rows.map(({ seconds, calls, query }) => `${round(seconds)} s, ${calls} x ${query.replaceAll(/\s+/g, ' ').trim().slice(0, 160)}`)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** One search in the texts, to see that the index answers it. */
async function search(db: () => import('#lib/db').Db): Promise<{ searchMs: number; searchFound: number }> {
  const started = performance.now()
  const [row] = await db().$queryRaw<{ count: number }[]>`
    select count(*)::int as count from "Example" where words @@ websearch_to_tsquery('english', 'umbrella horse pizza')`
  return { searchMs: Math.round(performance.now() - started), searchFound: row?.count ?? 0 }
}
