import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endWorkers, startWorker } from '../tests/own-worker.ts'

const fixtures = path.resolve(import.meta.dirname, '../lib/formats/fixtures')
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'soho-roots-'))
  process.env['SOHO_DATA_ROOTS'] = path.join(folder, 'allowed')
  await cp(path.join(fixtures, 'snli-ve/snli_ve_test.jsonl'), path.join(folder, 'allowed/ve/snli_ve_test.jsonl'))
  await cp(path.join(fixtures, 'coco/annotations'), path.join(folder, 'allowed/mixed/annotations'), { recursive: true })
  await cp(path.join(fixtures, 'nlvr2/data'), path.join(folder, 'allowed/mixed/nlvr2'), { recursive: true })
  await mkdir(path.join(folder, 'allowed/broken'))
  await writeFile(
    path.join(folder, 'allowed/broken/snli_ve_train.jsonl'),
    '{"gold_label":"-","sentence2":"A dog.","Flickr30K_ID":"1","pairID":"1.jpg#0r1n"}',
  )
  const photo = sharp({ create: { width: 64, height: 48, channels: 3, background: '#3070b0' } }).jpeg()
  await writeFile(path.join(folder, 'allowed/ve/2248275918.jpg'), await photo.toBuffer())
  await mkdir(path.join(folder, 'outside'))
  startWorker(0)
})
afterAll(async () => {
  await endWorkers()
  await rm(folder, { recursive: true, force: true })
})

/** The command as npm starts it from the folder. */
async function dataset(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env: NodeJS.ProcessEnv = { ...process.env, LOG_LEVEL: 'warn', NODE_ENV: 'production', INIT_CWD: folder }
  try {
    const run = await promisify(execFile)(process.execPath, [path.resolve(import.meta.dirname, 'dataset.ts'), ...args], { env })
    return { code: 0, ...run }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, stdout, stderr }
  }
}

test('a folder is recognised, imported and told of; the second time nothing is added', { timeout: 180_000 }, async () => {
  const inspected = await dataset('inspect', 'allowed/ve')
  expect(inspected).toMatchObject({ code: 0, stderr: '' })
  expect(inspected.stdout).toMatch(
    /SNLI-VE \(snli_ve\)\n {2}hypotheses of test: snli_ve_test\.jsonl\n {2}images: ve \(1\)\n {2}missing: No hypotheses for train, val\./,
  )
  const first = await dataset('import', 'allowed/ve', '--name', 'Entailment', '--json')
  expect(first.code).toBe(0)
  expect(JSON.parse(first.stdout)).toMatchObject({ status: 'succeeded', version: { number: 1 }, takenCount: 16, refusedCount: 0 })
  expect(first.stderr).toMatch(/Version 1 of Entailment: \d+ images, \d+ of them missing/)
  expect((await dataset('import', 'allowed/ve', '--name', 'Entailment')).stdout).toMatch(
    /The content is the same as version 1: nothing was added/,
  )
  expect((await dataset('list')).stdout).toMatch(/^Entailment {2}snli_ve {2}version 1, \d+ images\n$/)
})

test('what cannot be imported ends with exit code 1 and says what to do', { timeout: 180_000 }, async () => {
  expect(await dataset('import', 'allowed/broken', '--name', 'Broken')).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/Refused: None of the 1 records could be taken.*\n {2}1 × gold-label-dash/s),
  })
  expect(await dataset('import', 'allowed/mixed', '--name', 'Mixed')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/several formats: choose one with --format \(coco_captions, nlvr2\)\.\n$/),
  })
  expect(await dataset('import', 'outside', '--name', 'x')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^The lab may not read .*outside: .* Start it with SOHO_DATA_ROOTS=.*outside npm start\.\n$/),
  })
  expect(await dataset('inspect', '/etc')).toMatchObject({ code: 1, stderr: expect.stringMatching(/Allowed folders: .*allowed\.\n$/) })
  expect(await dataset('import', 'nowhere', '--name', 'x')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^There is no folder /),
  })
  for (const wrong of [[], ['import', 'allowed/ve'], ['inspect'], ['list', '--colour']])
    expect(await dataset(...wrong)).toMatchObject({ code: 1, stderr: expect.stringMatching(/Say what to do/) })
})
