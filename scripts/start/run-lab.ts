import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

const upPattern = /SOHO Lab is running: (\S+)/
const linkPattern = /(http\S+\/invitation\/\S+)/
const patienceMs = 300_000

export interface RunningLab {
  pid: number
  address: string
  /** Makes the first administrator. */
  link: string
  stop: () => Promise<void>
}

/** Starts a lab as a user would, on a new data directory and a free port, without demo data; it is up when this returns. */
export async function runLab(dataDir: string, env: Record<string, string>): Promise<RunningLab> {
  const lab = spawn(process.execPath, ['scripts/start.mjs', '--data-dir', dataDir, '--port', '0', '--accelerator', 'cpu', '--no-demo'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  try {
    return { pid: lab.pid ?? 0, ...(await untilUp(lab)), stop: () => end(lab) }
  } catch (error) {
    await end(lab)
    throw error
  }
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
