import { openStream, type StreamState } from './stream'

/**
 * The one event stream of a browser: HTTP/1.1 allows six connections a host, and every tab would take one.
 * Pages say which topics they show and repeat it every twenty seconds; a page that falls silent is forgotten.
 */
export type ToWorker = { kind: 'topics'; topics: string[] } | { kind: 'gone' }
export type FromWorker = { kind: 'state'; state: StreamState } | { kind: 'topics'; topics: string[] }

interface Page {
  topics: string[]
  heardAt: number
}

// Timers of hidden pages run once a minute.
const FORGET_AFTER_MS = 150_000
const pages = new Map<MessagePort, Page>()
let state: StreamState = 'connecting'

const tell = (port: MessagePort, message: FromWorker) => port.postMessage(message)

const stream = openStream({
  onState: (next) => {
    state = next
    for (const port of pages.keys()) tell(port, { kind: 'state', state })
  },
  onTopics: (topics) => {
    for (const [port, page] of pages) {
      const shown = topics.includes('*') ? ['*'] : topics.filter((topic) => page.topics.includes(topic))
      if (shown.length > 0) tell(port, { kind: 'topics', topics: shown })
    }
  },
})

function subscribe(): void {
  for (const [port, page] of pages) if (Date.now() - page.heardAt > FORGET_AFTER_MS) pages.delete(port)
  stream.setTopics([...pages.values()].flatMap((page) => page.topics))
}

self.addEventListener('connect', (event) => {
  const port = (event as MessageEvent).ports[0]
  if (!port) return
  port.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
    const known = pages.get(port)?.topics ?? []
    if (data.kind === 'gone') pages.delete(port)
    else {
      pages.set(port, { topics: data.topics, heardAt: Date.now() })
      tell(port, { kind: 'state', state })
      // Another page has these topics open; what changed before this page was known here is fetched now.
      const late = data.topics.filter((topic) => !known.includes(topic) && stream.carries(topic))
      if (late.length > 0) tell(port, { kind: 'topics', topics: late })
    }
    subscribe()
  })
  port.start()
  pages.set(port, { topics: [], heardAt: Date.now() })
  tell(port, { kind: 'state', state })
})
