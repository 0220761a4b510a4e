import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pinnedNode } from '../setup/paths.mjs'
import { countPlaywright, countVitest } from './count-results.mjs'

const MINUTE_MS = 60_000

/** Runs one step and counts its results: `{ passed, failed, output }`. A step that ends badly without a counted failure counts as one. */
export async function runStep({ root, cli, script, args, report, limitMinutes = 5 }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'soho-results-'))
  const results = path.join(folder, 'results.json')
  try {
    const entry = cli ? path.join(root, 'node_modules', cli) : script
    const existing = args.filter((arg) => !/^(app|lib|workers|scripts|tests|examples)$/.test(arg) || existsSync(path.join(root, arg)))
    const reporting = reportArguments(report, results)
    const { code, output } = await run(root, [entry, ...existing, ...reporting], results, limitMinutes)
    if (!report) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output }
    const text = await readFile(results, 'utf8').catch(() => undefined)
    const counts = text ? (report === 'vitest' ? countVitest : countPlaywright)(JSON.parse(text)) : { passed: 0, failed: 0 }
    if (code !== 0 && counts.failed === 0) counts.failed = 1
    return { ...counts, output }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function reportArguments(report, results) {
  if (report === 'vitest') return ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
  return report === 'playwright' ? ['--reporter=list,json'] : []
}

function run(root, args, results, limitMinutes) {
  const node = pinnedNode(root)
  const env = {
    ...process.env,
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}`,
    PLAYWRIGHT_JSON_OUTPUT_NAME: results,
    NO_COLOR: '1',
    NEXT_TELEMETRY_DISABLED: '1',
  }
  return new Promise((resolve) => {
    const child = spawn(node, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const collect = (data) => (output = (output + data).slice(-60_000))
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    const limit = setTimeout(() => {
      output += `\nStopped after ${limitMinutes} minutes.`
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), 20_000).unref()
    }, limitMinutes * MINUTE_MS)
    child.on('close', (code) => {
      clearTimeout(limit)
      resolve({ code: code ?? 1, output })
    })
  })
}
