/** A search that nobody waits for goes on for so long: a page that said "wait" asks again only when the browser has it. */
const graceMs = 5000

interface Search {
  found: Promise<unknown>
  waiting: number
  stop: AbortController
  grace?: NodeJS.Timeout
}

declare global {
  /** Those under way. On `globalThis`: pages and routes are bundled apart, and share them. */
  var sohoSearches: Map<string, Search> | undefined
}

/**
 * What `search` finds; several who ask for the same at once share one search. Whoever has `left` no longer waits; when all have, it is told to
 * stop, and whoever asks after that starts a new one. One that failed is forgotten: asking again tries again.
 */
export async function shareSearch<T>(key: string, left: AbortSignal | undefined, search: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const shared = running().get(key) ?? begin(key, search)
  shared.waiting += 1
  clearTimeout(shared.grace)
  try {
    return (await unlessLeft(shared.found, left)) as T
  } finally {
    shared.waiting -= 1
    if (shared.waiting === 0 && running().get(key) === shared) shared.grace = setTimeout(() => abandon(key, shared), graceMs).unref()
  }
}

const running = () => (globalThis.sohoSearches ??= new Map())

function begin(key: string, search: (stop: AbortSignal) => Promise<unknown>): Search {
  const stop = new AbortController()
  const shared: Search = { found: search(stop.signal).finally(() => forget(key, shared)), waiting: 0, stop }
  // Those who wait are told; with none, there is nobody to tell.
  shared.found.catch(() => undefined)
  running().set(key, shared)
  return shared
}

function forget(key: string, shared: Search): void {
  clearTimeout(shared.grace)
  if (running().get(key) === shared) running().delete(key)
}

function abandon(key: string, shared: Search): void {
  forget(key, shared)
  shared.stop.abort()
}

function unlessLeft<T>(work: Promise<T>, left: AbortSignal | undefined): Promise<T> {
  if (!left) return work
  left.throwIfAborted()
  return new Promise((resolve, reject) => {
    const leave = () => reject(left.reason as Error)
    left.addEventListener('abort', leave, { once: true })
    void work.then(resolve, reject).finally(() => left.removeEventListener('abort', leave))
  })
}
