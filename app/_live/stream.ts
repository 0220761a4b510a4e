/** `lost` means that the pages fetch on a timer until the stream is back. */
export type StreamState = 'connecting' | 'live' | 'reconnecting' | 'lost'

export interface StreamEvents {
  onState: (state: StreamState) => void
  /** Topics that changed; `*` when anything may have. */
  onTopics: (topics: string[]) => void
}

export interface Stream {
  setTopics: (topics: string[]) => void
  /** Whether the open stream carries this topic already. */
  carries: (topic: string) => boolean
}

const ADDRESS = '/api/events'
/** The server sends a beat every 15 s. */
const SILENCE_MS = 40_000
const LONGEST_WAIT_MS = 15_000
const FAILURES_UNTIL_LOST = 3

/** Keeps one event stream open for a changing set of topics. A new set opens a new stream before the old one is closed. */
export function openStream({ onState, onTopics }: StreamEvents): Stream {
  let topics: string[] = []
  let carried: string[] = []
  /** The newest stream, and the one it will take over from once it is open. */
  let source: EventSource | undefined
  let previous: EventSource | undefined
  let failures = 0
  let wasOpen = false
  let retry: ReturnType<typeof setTimeout> | undefined
  let silence: ReturnType<typeof setTimeout> | undefined

  const heard = () => {
    clearTimeout(silence)
    silence = setTimeout(fail, SILENCE_MS)
  }
  const fail = () => {
    source?.close()
    previous?.close()
    source = previous = undefined
    clearTimeout(silence)
    failures++
    onState(failures >= FAILURES_UNTIL_LOST ? 'lost' : 'reconnecting')
    clearTimeout(retry)
    retry = setTimeout(connect, Math.min(500 * 2 ** failures, LONGEST_WAIT_MS))
  }
  const connect = () => {
    clearTimeout(retry)
    if (source?.readyState === EventSource.OPEN) previous = source
    else source?.close()
    const asked = topics
    const next = new EventSource(`${ADDRESS}?${new URLSearchParams(asked.map((topic) => ['topic', topic]))}`)
    source = next
    next.addEventListener('open', () => {
      previous?.close()
      // A page was made before its topics were heard: what changed in between is fetched now.
      const added = asked.filter((topic) => !carried.includes(topic))
      carried = asked
      if (wasOpen && failures > 0) onTopics(['*'])
      else if (added.length > 0) onTopics(added)
      wasOpen = true
      failures = 0
      onState('live')
      heard()
    })
    next.addEventListener('topics', (event) => {
      heard()
      onTopics(JSON.parse(event.data) as string[])
    })
    next.addEventListener('beat', heard)
    next.addEventListener('error', () => {
      if (source === next) fail()
    })
  }

  onState('connecting')
  // The first topics arrive within the same moment: one connection, not two.
  retry = setTimeout(connect, 50)
  return {
    carries: (topic) => carried.includes(topic),
    setTopics: (wanted) => {
      const sorted = [...new Set(wanted)].sort()
      if (sorted.join('\n') === topics.join('\n')) return
      topics = sorted
      if (failures > 0) return
      clearTimeout(retry)
      retry = setTimeout(connect, 50)
    },
  }
}
