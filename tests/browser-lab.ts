import { execFile } from 'node:child_process'
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { runLab } from '../scripts/start/run-lab.ts'
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

/** Starts one lab as a user would, without demo data, and draws a small world beside it. Returns what stops and removes both. */
export default async function startBrowserLab(): Promise<() => Promise<void>> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'soho-e2e-')))
  await chmod(folder, 0o711)
  const world = path.join(folder, 'world')
  await generateShapes(world, 7, worldSize)
  for (const name of ['images', 'nlvr2']) {
    await promisify(execFile)('python3', ['-m', 'zipfile', '-c', path.join(world, `${name}.zip`), path.join(world, name)])
  }
  const remove = () => rm(folder, { recursive: true, force: true })
  // Checkpoints often enough that a killed worker leaves one behind.
  const settings = { SOHO_CHECKPOINT_SECONDS: '2', SOHO_DATA_ROOTS: world }
  const lab = await runLab(path.join(folder, 'data'), settings).catch(async (error: unknown) => {
    await remove()
    throw error
  })
  Object.assign(process.env, { E2E_ADDRESS: lab.address, E2E_LINK: lab.link, E2E_FOLDER: folder, E2E_LAB_PID: String(lab.pid) })
  return async () => {
    await lab.stop()
    await remove()
  }
}
