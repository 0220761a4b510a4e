import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

/** Real workers of a test, on its own database; ended with it. */
const started = new Set<ChildProcess>()

export interface TestWorker {
  pid: number
  child: ChildProcess
  /** Resolves when the process is gone. */
  ended: Promise<void>
}

export function startWorker(slots = 1, more: Record<string, string> = {}): TestWorker {
  const log = openSync(workerLog(), 'a')
  const child = fork(path.resolve(import.meta.dirname, '../workers/main.ts'), [], {
    env: { ...process.env, SOHO_TRAINER_SLOTS: String(slots), SOHO_ACCELERATOR: 'cpu', LOG_LEVEL: 'info', ...more },
    execArgv: [],
    stdio: ['ignore', log, log, 'ipc'],
  })
  started.add(child)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  void ended.then(() => started.delete(child))
  return { pid: child.pid ?? 0, child, ended }
}

export const workerLog = () => path.join(process.env['SOHO_DATA_DIR'] ?? '', 'worker.log')

/** Call it in `afterEach`: nothing outlives its test. */
export async function endWorkers(): Promise<void> {
  const ends = [...started].map((child) => new Promise<void>((resolve) => child.once('exit', () => resolve())))
  for (const child of started) child.kill('SIGKILL')
  await Promise.all(ends)
}

/** Waits until a condition holds; says what it waited for, with the end of the worker's log, when it never does. */
export async function until<T>(what: string, look: () => Promise<T | null | undefined | false>, withinMs = 100_000): Promise<T> {
  const end = Date.now() + withinMs
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) {
      const log = await readFile(workerLog(), 'utf8').catch(() => '')
      throw new Error(`never: ${what}\n${log.split('\n').slice(-25).join('\n')}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
