import { isRunning, startCluster } from '../setup/postgres.mjs'

const LOOK_EVERY_MS = 1000

/** Starts the embedded server again, on its port, when it has died. It is no child of ours, so it is looked at instead of waited for. */
export function watchPostgres(server, say) {
  let stopped = false
  let current = Promise.resolve()
  const look = async () => {
    if (stopped || isRunning(server)) return
    say('PostgreSQL ended; starting it again')
    await startCluster(server, server.port).catch((error) => say(error.message))
  }
  const timer = setInterval(() => {
    current = current.then(look)
  }, LOOK_EVERY_MS)
  return async () => {
    stopped = true
    clearInterval(timer)
    await current
  }
}
