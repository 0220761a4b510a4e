import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fullSize, generateShapes } from '../examples/shapes/generate.ts'
import { closeDb } from '#lib/db'
import { closeQueue } from '#lib/queue'
import { systemContext } from '#lib/services/context'
import { listDatasets, type DatasetSummary } from '#lib/services/datasets/list-datasets'
import { createImport } from '#lib/services/imports/create-import'
import { createDemoFolder } from '#lib/services/imports/data-roots'
import { demoImport, demoNames, type DemoName } from './demo/demo-imports.ts'

/**
 * Imports the datasets that ship with the lab, through the same services as anybody's. Does nothing where they are there already;
 * interrupted, it goes on where it stopped. Each line it prints is shown as progress.
 */
const seed = 1
const ctx = systemContext('demo data')
const say = (line: string) => console.log(line)

async function main(): Promise<void> {
  const wanted = (await findMissing()).filter(isUntouched).map(({ name }) => name)
  if (wanted.length > 0) {
    const demo = await createDemoFolder()
    // The real sample first: it needs no drawing, and a worker reads it meanwhile.
    if (wanted.includes('NLVR (sample)')) await start('NLVR (sample)', await copySample(demo))
    const shapes = wanted.filter((name) => name !== 'NLVR (sample)')
    const folder = shapes.length > 0 ? await drawShapes(demo) : ''
    for (const name of shapes) await start(name, folder)
  }
  await waitForAll()
}

type Missing = { name: DemoName; dataset: DatasetSummary | null }

/** Demo datasets without a version. */
async function findMissing(): Promise<Missing[]> {
  const { datasets } = await listDatasets(ctx)
  return demoNames
    .map((name) => ({ name, dataset: datasets.find((dataset) => dataset.name === name) ?? null }))
    .filter(({ dataset }) => !dataset?.version)
}

/** No import of it waits or runs; one that failed or was canceled is tried again. */
const isUntouched = ({ dataset }: Missing) => !['queued', 'running'].includes(dataset?.import?.status ?? '')

async function start(name: DemoName, folder: string): Promise<void> {
  await createImport(ctx, demoImport(name, folder))
}

/** Done in a folder beside and moved when whole, so that a folder of that name is complete. */
async function prepare(demo: string, name: string, version: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = path.join(demo, name)
  const stamp = path.join(folder, '.version')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === version) return folder
  const partial = `${folder}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  await fill(partial)
  await writeFile(path.join(partial, '.version'), version)
  await rm(folder, { recursive: true, force: true })
  await rename(partial, folder)
  return folder
}

function drawShapes(demo: string): Promise<string> {
  return prepare(demo, 'shapes', JSON.stringify({ seed, ...fullSize }), async (folder) => {
    say('drawing the small world of shapes')
    await generateShapes(folder, seed, fullSize, say)
  })
}

function copySample(demo: string): Promise<string> {
  const source = path.resolve(import.meta.dirname, '../examples/nlvr')
  return prepare(demo, 'nlvr', '1', (folder) => cp(source, folder, { recursive: true }))
}

const pollMs = 250
/** Without a worker an import only waits. */
const patienceMs = 60_000

async function waitForAll(): Promise<void> {
  let lastState = ''
  let changedAt = Date.now()
  for (let open = await findMissing(); open.length > 0; open = await findMissing()) {
    const ended = open.filter(isUntouched)
    for (const { name, dataset } of ended) say(`${name}: ${dataset?.import?.error ?? dataset?.import?.status ?? 'not started'}`)
    if (ended.length > 0) throw new Error('Not every demo dataset could be imported: the next start tries again.')
    const state = JSON.stringify(open.map(({ dataset }) => [dataset?.import?.phase, dataset?.import?.done]))
    if (state !== lastState) changedAt = Date.now()
    if (Date.now() - changedAt > patienceMs) return say('no worker takes the imports: they go on once one runs')
    lastState = state
    await wait(pollMs)
  }
  for (const line of await countLines()) say(line)
}

async function countLines(): Promise<string[]> {
  const { datasets } = await listDatasets(ctx)
  return datasets.flatMap(({ name, version }) => {
    if (!version || !(demoNames as readonly string[]).includes(name)) return []
    const { train, val, test } = version.counts.examples
    return [`${name}: ${version.counts.images} images, ${train} + ${val} + ${test} examples (train, val, test)`]
  })
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
} finally {
  await closeQueue()
  await closeDb()
}
