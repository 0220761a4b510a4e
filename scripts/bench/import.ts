import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { createQueues } from '#lib/queue'
import { createDatabase } from '../setup/create-database.ts'
import { migrate } from '../setup/migrate.ts'
import { projectRoot } from '../setup/paths.mjs'
import { createCluster, openCluster, startCluster, stopCluster } from '../setup/postgres.mjs'
import { datasetNames, generateDataset, type DatasetName } from './generate-datasets.ts'

/**
 * Imports a generated dataset of the published size into a database of its own, and prints how fast it went and how much memory the
 * importing process took: `node scripts/bench/import.ts --format visual_genome [--scale 0.1] [--json] [--keep FOLDER]`.
 * Rows a second are records of the files; "parsed" ends when all are in the staging tables, "end to end" when the version can be searched.
 */
const { values } = parseArgs({
  options: {
    format: { type: 'string', default: 'visual_genome' },
    scale: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    keep: { type: 'string' },
  },
})
const name = datasetNames.find((known) => known === values.format)
if (!name) throw new Error(`--format is one of ${datasetNames.join(', ')}`)

const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'soho-bench-')))
await chmod(folder, 0o711)
// As `npm start` runs it: durable.
const server = await openCluster({ root: projectRoot, dataDir: folder, password: randomBytes(12).toString('hex') })
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
  const phases: { phase: string; at: number }[] = []
  let peakBytes = 0
  const sampler = setInterval(() => (peakBytes = Math.max(peakBytes, process.memoryUsage.rss())), 100)
  const started = performance.now()
  const cpu = process.cpuUsage()
  const databaseBefore = databaseSeconds()
  await importDataset(
    { importId: id },
    { ctx, signal: new AbortController().signal, onPhase: (phase) => phases.push({ phase, at: (performance.now() - started) / 1000 }) },
  )
  const wall = (performance.now() - started) / 1000
  clearInterval(sampler)
  const usage = process.cpuUsage(cpu)
  const [used, databaseUsed] = [(usage.user + usage.system) / 1e6, databaseSeconds() - databaseBefore]
  const detail = await getImport(ctx, { id })
  const found = await search(db)
  const parsed = phases.find(({ phase }) => !phase.startsWith('Reading'))?.at ?? wall
  const result = {
    ...{ format: dataset, scale, records: generated.records, status: detail.status, taken: detail.takenCount },
    ...{ parsedPerSecond: Math.round(generated.records / parsed), endToEndPerSecond: Math.round(generated.records / wall) },
    ...{ wallSeconds: round(wall), cpuSeconds: round(used), databaseCpuSeconds: round(databaseUsed) },
    // On a machine with other work this is what the records cost; the two take turns more than they run at once.
    ...{ perProcessorSecond: Math.round(generated.records / (used + databaseUsed)), peakMb: Math.round(peakBytes / 2 ** 20), ...found },
    phases: phases.map(({ phase, at }, i) => `${phase}: ${round((phases[i + 1]?.at ?? wall) - at)} s`),
  }
  if (values.json) console.log(JSON.stringify(result))
  else console.dir(result)
  await closeQueue()
  await closeDb()
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** Processor seconds that the database's processes have taken, those that ended included. */
function databaseSeconds(): number {
  const postmaster = Number(readFileSync(path.join(server.cluster, 'postmaster.pid'), 'utf8').split('\n')[0])
  let ticks = 0
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      // After the name in brackets: state, parent, …; own user and system time, then that of children that ended.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      const own = [11, 12, ...(Number(pid) === postmaster ? [13, 14] : [])]
      if (Number(pid) === postmaster || Number(fields[1]) === postmaster) for (const field of own) ticks += Number(fields[field])
    } catch {
      // It has ended meanwhile.
    }
  }
  return ticks / 100
}

/** One search in the texts, to see that the index answers it. */
async function search(db: () => import('#lib/db').Db): Promise<{ searchMs: number; searchFound: number }> {
  const started = performance.now()
  const [row] = await db().$queryRaw<{ count: number }[]>`
    select count(*)::int as count from "Example" where to_tsvector('english', text) @@ websearch_to_tsquery('english', 'umbrella horse pizza')`
  return { searchMs: Math.round(performance.now() - started), searchFound: row?.count ?? 0 }
}
