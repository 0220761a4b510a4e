import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { CuredError } from './cured-error.mjs'

const dieWithParent = fileURLToPath(new URL('../start/die-with-parent.mjs', import.meta.url))
const running = new Set()

/**
 * Runs a program to its end and returns its standard output.
 * Rejects with a CuredError that carries the last lines of its output; a full disk is recognised there too.
 */
export function runCommand(command, args, options = {}) {
  const { what = command, withChannel = false, onOutput, ...rest } = options
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', 'pipe', 'pipe', ...(withChannel ? ['ipc'] : [])]
    const child = spawn(command, args, { stdio, ...rest })
    running.add(child)
    let stdout = ''
    let all = ''
    const collect = (data) => {
      all = (all + data).slice(-20_000)
      onOutput?.(String(data))
    }
    child.stdout.on('data', (data) => (stdout += data))
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', (error) => {
      running.delete(child)
      reject(error.code === 'ENOENT' ? new CuredError(`${command} was not found: install it and start again.`) : error)
    })
    child.on('close', (code, signal) => {
      running.delete(child)
      if (code === 0) resolve(stdout)
      else reject(failure(what, code, signal, all))
    })
  })
}

/** Runs a Node script that ends when this process is killed, so that no half-done installation goes on behind the next start. */
export function runNode(node, args, options = {}) {
  const env = { ...(options.env ?? process.env), SOHO_PARENT_PID: String(process.pid) }
  return runCommand(node, ['--import', dieWithParent, ...args], { ...options, env, withChannel: true })
}

/** Ends what set-up has under way, when the user presses Ctrl-C. */
export function stopRunningCommands() {
  for (const child of running) child.kill('SIGTERM')
}

function failure(what, code, signal, output) {
  if (/ENOSPC|No space left on device/.test(output)) return Object.assign(new Error('full disk'), { code: 'ENOSPC' })
  const error = new CuredError(`${what} failed (${signal ?? `exit code ${code}`}):\n${output.trim().split('\n').slice(-25).join('\n')}`)
  error.output = output
  return error
}
