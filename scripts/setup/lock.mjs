import { createHash } from 'node:crypto'
import { chmodSync, realpathSync } from 'node:fs'
import { unlink } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Unix socket names end near 108 bytes; longer places get a name by hash. Abstract sockets are no lock: Node versions pad them differently. */
export function lockPath(directory) {
  const real = realpathSync(directory)
  const inside = path.join(real, 'lock.sock')
  if (Buffer.byteLength(inside) < 100) return inside
  return path.join(tmpdir(), `soho-lab-${createHash('sha256').update(real).digest('hex').slice(0, 24)}.sock`)
}

/**
 * Takes the lock at `socketPath`: answers `{ release }`, or `{ holder }` with the process id of whoever holds it.
 * A holder that was killed stops answering, and its file is taken over.
 */
export async function tryLock(socketPath) {
  for (let attempt = 0; attempt < 20; attempt++) {
    const server = await listen(socketPath)
    if (server) return { release: () => new Promise((resolve) => server.close(resolve)) }
    const holder = await askHolder(socketPath)
    if (holder) return { holder }
    await unlink(socketPath).catch(() => undefined)
  }
  return { holder: 'unknown' }
}

/** Waits until the holder is done; `onWait` is called once with its process id. */
export async function waitForLock(socketPath, onWait = () => {}) {
  for (let tries = 0; ; tries++) {
    const lock = await tryLock(socketPath)
    if (lock.release) return lock
    if (tries === 0) onWait(lock.holder)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

function listen(socketPath) {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.on('error', () => undefined).end(String(process.pid)))
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)))
    server.listen(socketPath, () => {
      chmodSync(socketPath, 0o600)
      server.unref()
      resolve(server)
    })
  })
}

/** The holder's process id; undefined when nobody answers any more. */
function askHolder(socketPath) {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    let text = ''
    socket.on('data', (data) => (text += data))
    socket.on('end', () => resolve(text || 'unknown'))
    socket.on('error', (error) => resolve(error.code === 'ECONNREFUSED' || error.code === 'ENOENT' ? undefined : 'unknown'))
    socket.setTimeout(3000, () => {
      socket.destroy()
      resolve('unknown')
    })
  })
}
