import { readFileSync } from 'node:fs'
import path from 'node:path'

/** What `postmaster.pid` says: process id and port, or undefined when there is none. */
export function readPostmasterFile(cluster) {
  try {
    const lines = readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Number(lines[0])
    return pid > 0 ? { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' } : undefined
  } catch {
    return undefined
  }
}

/**
 * Whether the process id in `postmaster.pid` is still this cluster's server. After a reboot the number may belong to a stranger,
 * and `pg_ctl stop` would signal it: so look at its command line before anything is sent.
 */
export function isOurPostmaster(pid, cluster, commandLine = readCommandLine) {
  const words = commandLine(pid)
  return words.some((word) => /(^|\/)postgres$/.test(word)) && words.includes(cluster)
}

function readCommandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}
