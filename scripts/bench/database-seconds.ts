import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** Processor seconds that the processes of a server have taken, those that ended included. */
export function databaseSeconds(cluster: string): number {
  const postmaster = Number(readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0])
  let ticks = 0
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      // After the name in brackets: state, parent, …; own user and system time, then that of children that ended.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      const own = [11, 12, ...(Number(pid) === postmaster ? [13, 14] : [])]
      if (Number(pid) === postmaster || Number(fields[1]) === postmaster) for (const field of own) ticks += Number(fields[field])
    } catch {
      // It has ended meanwhile.
    }
  }
  return ticks / 100
}
