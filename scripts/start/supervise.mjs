import { spawn } from 'node:child_process'
import { closeSync, openSync, renameSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

const FIRST_DELAY_MS = 100
const LONGEST_DELAY_MS = 30_000
const SETTLED_MS = 30_000
const LOG_LIMIT_BYTES = 20_000_000

/** How long to wait before the next start of a child that lived `livedMs`: short at first, doubling while it keeps dying young. */
export function nextDelay(previousMs, livedMs) {
  if (livedMs >= SETTLED_MS || previousMs === 0) return FIRST_DELAY_MS
  return Math.min(previousMs * 2, LONGEST_DELAY_MS)
}

/**
 * Keeps one child running until `stop`. Its output goes to `log`. Children have their own process group, so that Ctrl-C in a terminal
 * reaches only the supervisor, which stops them in order; the channel tells them when the supervisor itself is killed.
 */
export function supervise({ name, command, args, cwd, env, log, say }) {
  const state = { name, log, starts: 0, stopping: false, child: undefined, timer: undefined, delayMs: 0 }
  const start = () => {
    const output = openLog(log)
    const startedAt = Date.now()
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', output, output, 'ipc'] })
    closeSync(output)
    state.child = child
    state.starts++
    let ended = false
    const onEnd = (how) => {
      if (ended) return
      ended = true
      state.child = undefined
      if (state.stopping) return
      state.delayMs = nextDelay(state.delayMs, Date.now() - startedAt)
      say(`${name} ended (${how}); starting it again. Its log: ${log}`)
      state.timer = setTimeout(start, state.delayMs)
    }
    child.on('exit', (code, signal) => onEnd(signal ?? `exit code ${code}`))
    child.on('error', (error) => onEnd(error.message))
  }
  start()
  return { state, stop: (graceMs) => stop(state, graceMs) }
}

async function stop(state, graceMs) {
  state.stopping = true
  clearTimeout(state.timer)
  const child = state.child
  if (!child) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const killer = setTimeout(() => child.kill('SIGKILL'), graceMs)
  await ended
  clearTimeout(killer)
}

function openLog(log) {
  try {
    if (statSync(log).size > LOG_LIMIT_BYTES) renameSync(log, `${log}.1`)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
  return openSync(log, 'a', 0o600)
}

export async function lastLines(log, count = 15) {
  const text = await readFile(log, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-count).join('\n')
}
