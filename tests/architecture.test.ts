import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** A rule that cannot resolve its target is silent: so each one is shown a violation and must report it. */
const root = path.resolve(import.meta.dirname, '..')
const planted: Record<string, { rule: string; source: string }> = {
  'app/page.tsx': { rule: 'app-arrows', source: `import { db } from '#lib/db'\nexport default db\n` },
  'app/train.ts': { rule: 'app-arrows', source: `import { model } from '#lib/soho/model'\nexport default model\n` },
  'lib/services/runs/get-run.ts': { rule: 'services-arrows', source: `import page from '../../../app/page.tsx'\nexport default page\n` },
  'lib/soho/model.ts': { rule: 'soho-pure', source: `import { readFile } from 'node:fs'\nexport const model = readFile\n` },
  'lib/soho/stored.ts': { rule: 'soho-pure', source: `import { db } from '#lib/db'\nexport const stored = db\n` },
  'lib/soho/weights/read.ts': { rule: 'weights-plain', source: `import * as tf from '@tensorflow/tfjs-core'\nexport const read = tf\n` },
  'lib/soho/tasks/vqa.ts': { rule: '', source: `export const vqa = 1\n` },
  'lib/soho/pretrain/losses.ts': { rule: 'soho-down', source: `import { vqa } from '../tasks/vqa.ts'\nexport const losses = vqa\n` },
  'lib/soho/model/neck.ts': { rule: 'model-down', source: `import { losses } from '../pretrain/losses.ts'\nexport const neck = losses\n` },
  'lib/stats/mean.ts': { rule: 'stats-pure', source: `import { db } from '#lib/db'\nexport const mean = db\n` },
  'lib/formats/vqa.ts': { rule: 'formats-arrows', source: `import { db } from '../db.ts'\nexport const vqa = db\n` },
  'lib/log.ts': { rule: 'ground-arrows', source: `import getRun from './services/runs/get-run.ts'\nexport const log = getRun\n` },
  'workers/loop.ts': { rule: 'workers-arrows', source: `import page from '../app/page.tsx'\nexport const loop = page\n` },
  'workers/trainer.ts': { rule: 'one-backend', source: `import * as tf from '@tensorflow/tfjs-node-gpu'\nexport const trainer = tf\n` },
  'lib/a.ts': { rule: 'no-circular', source: `import type { B } from './b.ts'\nexport type A = B | 1\n` },
  'lib/b.ts': { rule: 'no-circular', source: `import type { A } from './a.ts'\nexport type B = A | 2\n` },
  'lib/db.ts': { rule: 'tests-stay-tests', source: `import { test } from 'vitest'\nexport const db = test\n` },
}

let fixture = ''
let violations: { rule: { name: string }; from: string }[] = []

beforeAll(async () => {
  fixture = await mkdtemp(path.join(tmpdir(), 'soho-arrows-'))
  for (const [file, { source }] of Object.entries(planted)) {
    await mkdir(path.dirname(path.join(fixture, file)), { recursive: true })
    await writeFile(path.join(fixture, file), source)
  }
  for (const file of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) await cp(path.join(root, file), path.join(fixture, file))
  await symlink(path.join(root, 'node_modules'), path.join(fixture, 'node_modules'))
  violations = await cruise(fixture)
}, 60_000)

afterAll(() => rm(fixture, { recursive: true, force: true }))

async function cruise(cwd: string): Promise<typeof violations> {
  const command = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const args = [command, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'app', 'lib', 'workers']
  const run = promisify(execFile)(process.execPath, args, { cwd, maxBuffer: 1 << 28 })
  const { stdout } = await run.catch((error: { stdout: string }) => error)
  return (JSON.parse(stdout) as { summary: { violations: typeof violations } }).summary.violations
}

// A cycle is reported once, at one of its files; a file without a rule is there to be imported.
const reported = Object.entries(planted).filter(([file, { rule }]) => file !== 'lib/b.ts' && rule !== '')

test.each(reported)('a forbidden import in %s is reported', (file, { rule }) => {
  expect(violations.filter((violation) => violation.from === file).map((violation) => violation.rule.name)).toContain(rule)
})
