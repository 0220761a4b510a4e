import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { createQueues } from '../lib/queue.ts'
import { createDatabase } from '../scripts/setup/create-database.ts'
import { migrate } from '../scripts/setup/migrate.ts'
import { projectRoot } from '../scripts/setup/paths.mjs'
import { createCluster, openCluster, startCluster, stopCluster } from '../scripts/setup/postgres.mjs'

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the migrated template database. */
    templateUrl: string
  }
}

if (Number(process.versions.node.split('.')[0]) < 24)
  throw new Error('The tests run on the Node of the lockfile: `npx vitest`, or node_modules/.bin/node')

/** One PostgreSQL server for the whole run, durable for nothing, with a template that every test file copies. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await realpath(await mkdtemp(path.join(tmpdir(), 'soho-test-')))
  await chmod(dataDir, 0o711)
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
  const server = await openCluster({ root: projectRoot, dataDir, password: randomBytes(12).toString('hex'), settings })
  await createCluster(server)
  const url = new URL(await startCluster(server))
  url.pathname = '/template_lab'
  await createDatabase(url.href)
  await migrate(url.href, path.join(projectRoot, 'prisma/migrations'))
  await createQueues(url.href)
  project.provide('templateUrl', url.href)
  return async () => {
    await stopCluster(server)
    await rm(dataDir, { recursive: true, force: true })
  }
}
