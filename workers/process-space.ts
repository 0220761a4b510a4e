import { readFileSync, readlinkSync } from 'node:fs'

/** Names the space in which our process ids mean something: this boot of this machine, and its container's own numbering. */
export function processSpace(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    // Unknown: then nobody else is in it, and silence alone tells that a worker is gone.
    return `unknown ${process.pid} ${Date.now()}`
  }
}
