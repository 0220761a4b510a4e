import type { FromWorker, ToWorker } from './shared-worker'
import { openStream, type StreamState } from './stream'

/** This page's end of the event stream: who listens to which topics, and the state that the top bar shows. */
const REPEAT_MS = 20_000
const POLL_MS = 5000

interface Subscription {
  topics: string[]
  onChange: () => void
}

const subscriptions = new Set<Subscription>()
const stateListeners = new Set<() => void>()
let state: StreamState = 'connecting'
let send: ((topics: string[]) => void) | undefined
let poll: ReturnType<typeof setInterval> | undefined

export function currentState(): StreamState {
  return state
}

export function onState(listener: () => void): () => void {
  send ??= connect()
  stateListeners.add(listener)
  return () => stateListeners.delete(listener)
}

/** Calls `onChange` whenever one of the topics changed, or may have. */
export function onTopics(topics: string[], onChange: () => void): () => void {
  const subscription = { topics, onChange }
  subscriptions.add(subscription)
  send ??= connect()
  announceTopics()
  return () => {
    subscriptions.delete(subscription)
    announceTopics()
  }
}

function announceTopics(): void {
  send?.([...new Set([...subscriptions].flatMap(({ topics }) => topics))])
}

function receiveTopics(topics: string[]): void {
  for (const { topics: wanted, onChange } of subscriptions) if (topics.some((topic) => topic === '*' || wanted.includes(topic))) onChange()
}

function receiveState(next: StreamState): void {
  if (next === state) return
  state = next
  for (const listener of stateListeners) listener()
  if (next === 'lost') poll ??= setInterval(() => receiveTopics(['*']), POLL_MS)
  else {
    clearInterval(poll)
    poll = undefined
  }
}

function connect(): (topics: string[]) => void {
  try {
    return connectShared()
  } catch {
    return openStream({ onState: receiveState, onTopics: receiveTopics }).setTopics
  }
}

/** Throws where the browser has no shared workers. */
function connectShared(): (topics: string[]) => void {
  const worker = new SharedWorker(new URL('./shared-worker.ts', import.meta.url), { name: 'events' })
  const { port } = worker
  const tell = (message: ToWorker) => port.postMessage(message)
  // A worker that cannot be loaded: this page opens a stream of its own.
  worker.addEventListener('error', () => {
    send = openStream({ onState: receiveState, onTopics: receiveTopics }).setTopics
    announceTopics()
  })
  port.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
    if (data.kind === 'state') receiveState(data.state)
    else receiveTopics(data.topics)
  })
  port.start()
  setInterval(announceTopics, REPEAT_MS)
  addEventListener('pagehide', () => tell({ kind: 'gone' }))
  addEventListener('pageshow', announceTopics)
  return (topics) => tell({ kind: 'topics', topics })
}
