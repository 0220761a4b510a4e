import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { db } from '#lib/db'
import { createQueues } from '#lib/queue'
import { systemContext, type Context } from '#lib/services/context'
import { createImport } from '#lib/services/imports/create-import'
import { createDemoFolder } from '#lib/services/imports/data-roots'
import { createDatabase } from '../../scripts/setup/create-database.ts'
import { migrate } from '../../scripts/setup/migrate.ts'
import { projectRoot } from '../../scripts/setup/paths.mjs'
import { createCluster, isRunning, openCluster, startCluster, stopCluster } from '../../scripts/setup/postgres.mjs'
import { findBrokenReferences } from '../../tests/broken-references.ts'
import { endWorkers, startWorker, until } from '../../tests/own-worker.ts'

/** Seconds where the machine is free; it may not be. */
const patienceMs = 120_000
vi.setConfig({ testTimeout: 3 * patienceMs, hookTimeout: patienceMs })

const imageCount = 400
let server: Awaited<ReturnType<typeof openCluster>>
let url = ''
let folder = ''
let ctx: Context

/** A server of its own: the others' shall live. */
beforeAll(async () => {
  const dataDir = await realpath(await mkdtemp(path.join(tmpdir(), 'soho-crash-')))
  await chmod(dataDir, 0o711)
  server = await openCluster({ root: projectRoot, dataDir, password: randomBytes(12).toString('hex'), settings: { fsync: 'off' } })
  await createCluster(server)
  url = await startCluster(server)
  // Before anything reads the environment.
  process.env['DATABASE_URL'] = url
  await createDatabase(url)
  await migrate(url, path.join(projectRoot, 'prisma/migrations'))
  await createQueues(url)
  ctx = systemContext('test')
  folder = await createDemoFolder()
  await writeFile(path.join(folder, 'captions.json'), JSON.stringify(captions()))
})
afterEach(endWorkers)
afterAll(async () => {
  await stopCluster(server)
  await rm(path.dirname(server.cluster), { recursive: true, force: true })
})

/** Five captions an image, one of them empty now and then: something to report. */
function captions() {
  const images = Array.from({ length: imageCount }, (_, id) => ({ id, file_name: `${id}.jpg`, width: 640, height: 480 }))
  const annotations = images.flatMap(({ id }) =>
    Array.from({ length: 5 }, (_, n) => ({ id: 5 * id + n, image_id: id, caption: n === 0 && id % 100 === 0 ? '' : `text ${n} of ${id}` })),
  )
  return { images, annotations }
}

function start(datasetName: string) {
  const file = { role: 'captions' as const, split: 'train' as const, name: 'captions.json', path: path.join(folder, 'captions.json') }
  return createImport(ctx, { datasetName, format: 'coco_captions', files: [file], imageRoots: [] })
}

/** Holds a table so that the import comes to it and waits; then the server dies, and with it what holds the table. */
async function killAt(table: string): Promise<void> {
  await until(`the import waits for ${table}`, async () => {
    const waiting = await db().$queryRaw<unknown[]>`select 1 from pg_locks where relation = ${table}::regclass and not granted`
    return waiting.length > 0
  })
  process.kill(Number(readFileSync(path.join(server.cluster, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL')
  await until('the server is dead', async () => !isRunning(server))
  await startCluster(server, server.port)
}

async function hold(table: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  await client.query(`begin; lock table ${table} in share mode`)
}

const ended = (id: string) =>
  until(
    'the import has ended',
    async () => {
      // While the server is away nobody can say.
      const found = await db()
        .import.findUniqueOrThrow({ where: { id }, include: { version: { select: { digest: true, counts: true } } } })
        .catch(() => null)
      return found && !['queued', 'running'].includes(found.status) && found
    },
    patienceMs,
  )

async function outcome(id: string) {
  const { status, error, takenCount, refusedCount, version, versionId } = await ended(id)
  const problems = await db().importProblem.findMany({
    where: { importId: id },
    orderBy: { id: 'asc' },
    select: { code: true, place: true },
  })
  const where = { versionId: versionId ?? '' }
  const rows = { images: await db().datasetImage.count({ where }), examples: await db().example.count({ where }) }
  return { status, error, takenCount, refusedCount, version, problems, rows }
}

test('kill -9 of PostgreSQL, while records are read and while the version is written: the import ends as if nothing had happened', async () => {
  startWorker(0)
  const undisturbed = await outcome((await start('undisturbed')).id)
  expect(undisturbed).toMatchObject({ status: 'succeeded', refusedCount: 4, rows: { images: imageCount, examples: 5 * imageCount - 4 } })
  await hold('"ImportProblem"')
  const { id } = await start('disturbed')
  await killAt('"ImportProblem"')
  await hold('"Example"')
  await killAt('"Example"')
  expect(await outcome(id)).toEqual(undisturbed)
  expect(await db().datasetVersion.count()).toBe(2)
  expect(await findBrokenReferences()).toEqual([])
  await until('the staging tables are gone', async () => {
    const left = await db().$queryRaw<unknown[]>`select 1 from pg_class where relname ~ '^staging_'`
    return left.length === 0
  })
})
