import { execFile } from 'node:child_process'
import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { chromium, type APIRequestContext } from '@playwright/test'
import { runLab, type RunningLab } from '../start/run-lab.ts'
import { writePhotographs } from './photographs.ts'

/**
 * How long a thumbnail takes in the built lab, asked for as a browser does, six at once: made anew, and from the cache.
 * `node scripts/bench/thumbnails.ts [--images 600] [--json]`. The images are JPEG files of 640 x 480 on disk.
 */
const { values } = parseArgs({ options: { images: { type: 'string', default: '600' }, json: { type: 'boolean', default: false } } })
const atOnce = 6
const pageSize = 120
const datasetName = 'photographs'

const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'soho-thumbnails-')))
// The database's server may run as another user.
await chmod(folder, 0o711)
const photographs = path.join(folder, 'photographs')
const dataDir = path.join(folder, 'data')
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
let lab: RunningLab | null = null
try {
  await writePhotographs(path.join(photographs, 'images'), Number(values.images))
  lab = await runLab(dataDir, { SOHO_DATA_ROOTS: photographs })
  await importPhotographs()
  const page = await browser.newPage({ baseURL: lab.address })
  await page.goto(lab.link)
  await page.getByLabel('Name').fill('Ada Administrator')
  await page.getByLabel('E-mail').fill('ada@example.org')
  await page.getByLabel('Password').fill('only for measurements')
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.waitForURL((url) => url.pathname === '/')
  await page.goto('/datasets')
  await page.getByRole('link', { name: datasetName }).first().click()
  await page.getByRole('link', { name: 'Images' }).first().click()
  await page.waitForURL(/\/images/)
  const source = await (await page.request.get(page.url())).text()
  const versionId = /\/api\/datasets\/([0-9a-f-]{36})\/images/.exec(source)?.[1]
  if (!versionId) throw new Error('the grid names no version')
  const ids = await listIds(page.request, versionId)
  const made = await measure(page.request, ids, 192)
  const cached = await measure(page.request, ids, 192)
  const result = { images: ids.length, madeMs: made, cachedMs: cached }
  if (values.json) console.log(JSON.stringify(result))
  else console.dir(result)
} finally {
  await browser.close()
  await lab?.stop()
  await rm(folder, { recursive: true, force: true })
}

async function importPhotographs(): Promise<void> {
  const record = (i: number) => JSON.stringify({ image: `images/${i}.jpg`, split: 'train', text: `Photograph ${i}.` })
  await writeFile(path.join(photographs, 'examples.jsonl'), Array.from({ length: Number(values.images) }, (_, i) => record(i)).join('\n'))
  const args = ['scripts/in-lab.mjs', 'dataset', 'import', photographs, '--name', datasetName, '--data-dir', dataDir]
  await promisify(execFile)(process.execPath, args)
}

async function listIds(request: APIRequestContext, versionId: string): Promise<string[]> {
  const ids: string[] = []
  for (let from = 0; from < Number(values.images); from += pageSize) {
    const answer = await request.get(`/api/datasets/${versionId}/images?from=${from}&limit=${pageSize}`)
    const { images } = (await answer.json()) as { images: { id: string }[] }
    ids.push(...images.map(({ id }) => id))
  }
  return ids
}

async function measure(request: APIRequestContext, ids: string[], size: number) {
  const times: number[] = []
  const queue = ids.values()
  const lane = async () => {
    for (const id of queue) {
      const started = performance.now()
      const answer = await request.get(`/api/images/${id}/thumbnail?size=${size}`)
      await answer.body()
      if (!answer.ok()) throw new Error(`a thumbnail was answered with ${answer.status()}`)
      times.push(performance.now() - started)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  times.sort((a, b) => a - b)
  const at = (share: number) => Math.round((times[Math.floor(times.length * share)] ?? 0) * 10) / 10
  return { p50: at(0.5), p95: at(0.95), largest: at(0.9999) }
}
