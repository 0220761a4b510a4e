import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { generateShapes, type ShapesSize } from '../examples/shapes/generate.ts'

/** Small enough that every stage takes seconds, large enough that every task has all its splits. */
const worldSize: ShapesSize = {
  trainImages: 96,
  valImages: 32,
  testImages: 24,
  questionsPerImage: 2,
  statementSets: { train: 16, dev: 6, test1: 6 },
  hypotheses: { train: 24, dev: 8, test: 8 },
}

const upPattern = /SOHO Lab is running: (\S+)/
const linkPattern = /(http\S+\/invitation\/\S+)/
const patienceMs = 300_000

/** Starts one lab as a user would, without demo data, and draws a small world beside it. Returns what stops and removes both. */
export default async function startBrowserLab(): Promise<() => Promise<void>> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'soho-e2e-')))
  await chmod(folder, 0o711)
  const world = path.join(folder, 'world')
  await generateShapes(world, 7, worldSize)
  for (const name of ['images', 'nlvr2']) {
    await promisify(execFile)('python3', ['-m', 'zipfile', '-c', path.join(world, `${name}.zip`), path.join(world, name)])
  }
  const lab = spawn(
    process.execPath,
    ['scripts/start.mjs', '--data-dir', path.join(folder, 'data'), '--port', '0', '--accelerator', 'cpu', '--no-demo'],
    // Checkpoints often enough that a killed worker leaves one behind.
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, SOHO_CHECKPOINT_SECONDS: '2', SOHO_DATA_ROOTS: world } },
  )
  const stop = async () => {
    await end(lab)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const { address, link } = await untilUp(lab)
    Object.assign(process.env, { E2E_ADDRESS: address, E2E_LINK: link, E2E_FOLDER: folder, E2E_LAB_PID: String(lab.pid) })
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}

async function untilUp(lab: ChildProcess): Promise<{ address: string; link: string }> {
  let output = ''
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the lab did not come up:\n${output}`)), patienceMs)
    lab.once('exit', (code) => reject(new Error(`the lab ended with code ${code}:\n${output}`)))
    lab.stdout?.on('data', (data: Buffer) => {
      output += String(data)
      const address = upPattern.exec(output)?.[1]
      const link = linkPattern.exec(output)?.[1]
      if (!address || !link) return
      clearTimeout(timer)
      resolve({ address, link })
    })
  })
}

async function end(lab: ChildProcess): Promise<void> {
  if (lab.exitCode !== null) return
  const ended = once(lab, 'exit')
  lab.kill('SIGTERM')
  const killer = setTimeout(() => lab.kill('SIGKILL'), 60_000)
  await ended
  clearTimeout(killer)
}
