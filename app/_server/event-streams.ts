import { listen } from '#lib/events'
import { readSession } from '#lib/services/accounts/read-session'

/**
 * Event streams to browsers. One database connection a process listens; what it hears is handed to the streams here in memory.
 * A stream names topics only: what changed is fetched by whoever may read it.
 */
const BEAT_MS = 15_000
const MAXIMUM_WAITING_CHUNKS = 1000

interface OpenStream {
  hear: (topics: string[]) => void
  end: () => void
}

declare global {
  /** On `globalThis`, so that a development reload adds neither listeners nor forgotten streams. */
  var sohoEventStreams: Set<OpenStream> | undefined
}

function openStreams(): Set<OpenStream> {
  if (globalThis.sohoEventStreams) return globalThis.sohoEventStreams
  const streams = new Set<OpenStream>()
  listen((topics) => streams.forEach((stream) => stream.hear(topics)))
  // Without this the server would wait for browsers to hang up. One listener, however many streams.
  process.once('SIGTERM', () => streams.forEach((stream) => stream.end()))
  process.once('SIGINT', () => streams.forEach((stream) => stream.end()))
  return (globalThis.sohoEventStreams = streams)
}

/** `topics` of this member, until the browser leaves or the session ends. */
export function openEventStream(request: Request, userId: string, topics: Set<string>): Response {
  const { headers, signal } = request
  const encoder = new TextEncoder()
  let stop = () => {}
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (text: string) => {
        if ((controller.desiredSize ?? 0) < -MAXIMUM_WAITING_CHUNKS) stop()
        else controller.enqueue(encoder.encode(text))
      }
      const checkSession = async () => {
        const session = await readSession(headers).catch(() => undefined)
        // `undefined`: the database did not answer, which says nothing about the session.
        if (session === null) stop()
      }
      const timer = setInterval(() => {
        write('event: beat\ndata:\n\n')
        void checkSession()
      }, BEAT_MS)
      const stream: OpenStream = {
        hear: (heard) => {
          if (heard.includes(`account:${userId}`)) void checkSession()
          const shown = heard.includes('*') ? ['*'] : heard.filter((topic) => topics.has(topic))
          if (shown.length > 0) write(`event: topics\ndata: ${JSON.stringify(shown)}\n\n`)
        },
        end: () => stop(),
      }
      const streams = openStreams()
      stop = () => {
        if (!streams.delete(stream)) return
        clearInterval(timer)
        controller.close()
      }
      streams.add(stream)
      signal.addEventListener('abort', stop)
      write('retry: 1000\n\n')
    },
    cancel: () => stop(),
  })
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' },
  })
}
