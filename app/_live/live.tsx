'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useEffectEvent } from 'react'
import { onTopics } from './connection'

const AT_MOST_EVERY_MS = 1000

/** Calls `onChange` at most once a second while any of the topics changes. For client code that fetches its own data. */
export function useTopics(topics: string[], onChange: () => void): void {
  const latest = useEffectEvent(onChange)
  const key = topics.join('\n')
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let lastAt = 0
    const change = () => {
      timer ??= setTimeout(
        () => {
          timer = undefined
          lastAt = Date.now()
          latest()
        },
        Math.max(0, lastAt + AT_MOST_EVERY_MS - Date.now()),
      )
    }
    const stop = onTopics(key.split('\n').filter(Boolean), change)
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [key])
}

/** Renders the page again, from the server, when one of its topics changed. */
export function Live({ topics }: { topics: string[] }) {
  const router = useRouter()
  useTopics(topics, () => router.refresh())
  return null
}
