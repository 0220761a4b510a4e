'use client'

import { useSyncExternalStore } from 'react'
import { currentState, onState } from './connection'
import type { StreamState } from './stream'

const looks: Record<StreamState, { label: string; mark: string; title: string; className: string }> = {
  connecting: { label: 'connecting', mark: '○', title: 'Opening the event stream.', className: 'text-muted' },
  live: { label: 'live', mark: '●', title: 'Changes appear by themselves.', className: 'text-good' },
  reconnecting: { label: 'reconnecting', mark: '◌', title: 'The event stream was interrupted; trying again.', className: 'text-warn' },
  lost: { label: 'stream lost', mark: '▲', title: 'The server does not answer; pages ask it every five seconds.', className: 'text-bad' },
}

/** Whether this page follows what happens. */
export function ConnectionState() {
  const state = useSyncExternalStore(onState, currentState, () => 'connecting' as const)
  const look = looks[state]
  return (
    <span role="status" data-connection={state} title={look.title} className={`inline-flex items-center gap-1.5 text-sm ${look.className}`}>
      <span aria-hidden="true" className="text-xs leading-none">
        {look.mark}
      </span>
      <span className="max-sm:sr-only">{look.label}</span>
    </span>
  )
}
