import { get } from 'node:http'
import { CuredError } from '../setup/cured-error.mjs'
import { lastLines } from './supervise.mjs'

const PATIENCE_MS = 120_000

/**
 * Resolves when the health check answers 200 for this instance; without workers of our own, when it answers at all.
 * The instance's name in the answer guards against another lab on the same port.
 */
export async function waitUntilHealthy({ address, instanceId, children, needsWorker, signal }) {
  const until = Date.now() + PATIENCE_MS
  while (!signal.aborted) {
    const answer = await ask(`${address}/api/health`)
    const isOurs = answer?.instanceId === instanceId
    if (isOurs && (answer.status === 200 || !needsWorker)) return
    const failing = children.find(({ state }) => state.starts > 3)
    if (failing)
      throw new CuredError(
        `${failing.state.name} does not start; its log (${failing.state.log}) ends with:\n${await lastLines(failing.state.log)}`,
      )
    if (Date.now() > until) throw await tooLate(answer, children)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** A connection of its own for each question: one kept alive would hold up the web server's shutdown. */
function ask(url) {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 5000 }, (response) => {
      response.resume()
      resolve({ status: response.statusCode, instanceId: response.headers['x-soho-instance'] })
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(undefined))
  })
}

async function tooLate(answer, children) {
  const logs = await Promise.all(children.map(async ({ state }) => `${state.log}:\n${await lastLines(state.log, 5)}`))
  return new CuredError(
    `The lab is not healthy after two minutes (${answer ? `health check: ${answer.status}` : 'no answer'}). The logs end with:\n${logs.join('\n')}`,
  )
}
