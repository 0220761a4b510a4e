import { spawn } from 'node:child_process'
import { CuredError } from './cured-error.mjs'

/**
 * Runs a program to its end and returns its standard output.
 * Rejects with a CuredError that carries the last lines of its output; a full disk is recognised there too.
 */
export function runCommand(command, args, options = {}) {
  const { what = command, inherit = false, ...rest } = options
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: inherit ? ['ignore', 'inherit', 'pipe'] : ['ignore', 'pipe', 'pipe'], ...rest })
    let stdout = ''
    let all = ''
    child.stdout?.on('data', (data) => {
      stdout += data
      all = (all + data).slice(-20_000)
    })
    child.stderr?.on('data', (data) => {
      if (inherit) process.stderr.write(data)
      all = (all + data).slice(-20_000)
    })
    child.on('error', (error) => reject(error.code === 'ENOENT' ? new CuredError(`${command} was not found: install it and start again.`) : error))
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(stdout)
      reject(failure(what, code, signal, all))
    })
  })
}

function failure(what, code, signal, output) {
  if (/ENOSPC|No space left on device/.test(output)) return Object.assign(new Error('full disk'), { code: 'ENOSPC' })
  const error = new CuredError(`${what} failed (${signal ?? `exit code ${code}`}):\n${output.trim().split('\n').slice(-25).join('\n')}`)
  error.output = output
  return error
}
