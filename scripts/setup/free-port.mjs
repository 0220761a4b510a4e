import { createServer } from 'node:net'
import { CuredError } from './cured-error.mjs'

/** The port itself when it can be listened on, a free one for 0; throws one sentence for a busy or forbidden one. */
export function claimPort(port, host) {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => reject(portError(error, port, host)))
    server.listen(port, host, () => {
      const chosen = server.address().port
      server.close(() => resolve(chosen))
    })
  })
}

function portError(error, port, host) {
  if (error.code === 'EADDRINUSE') return new CuredError(`Port ${port} is in use: stop what uses it, or choose another with --port.`)
  if (error.code === 'EACCES') return new CuredError(`Port ${port} needs more rights: choose one above 1023 with --port.`)
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new CuredError(`${host} is no address of this machine: choose another with --host.`)
  return error
}
