'use client'

import { useSyncExternalStore } from 'react'
import { formatAge, formatMoment } from './format'

const subscribers = new Set<() => void>()
let now = 0
let timer: ReturnType<typeof setInterval> | undefined

/** One clock for every time on the page. */
function subscribe(onTick: () => void): () => void {
  subscribers.add(onTick)
  timer ??= setInterval(tick, 10_000)
  queueMicrotask(tick)
  return () => {
    subscribers.delete(onTick)
    if (subscribers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function tick(): void {
  now = Date.now()
  for (const onTick of subscribers) onTick()
}

/** How long ago, with the exact moment on hover. The server, which knows no time zone, writes it in UTC. */
export function Time({ at, className }: { at: Date | string; className?: string }) {
  const current = useSyncExternalStore(
    subscribe,
    () => now,
    () => 0,
  )
  const moment = new Date(at)
  const iso = moment.toISOString()
  const utc = `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
  return (
    <time dateTime={iso} title={current === 0 ? utc : formatMoment(moment)} className={className ?? 'whitespace-nowrap'}>
      {current === 0 ? utc : formatAge(current - moment.getTime(), moment)}
    </time>
  )
}
