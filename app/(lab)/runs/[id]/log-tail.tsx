'use client'

import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTopics } from '../../../_live/live'
import { Notice } from '../../../_ui/notice'

interface LogLine {
  id: string
  at: string
  level: string
  message: string
  attempt: number
}

const mostLines = 1000

/** The last lines of a stage's log; new ones are fetched from where it ended. */
export function LogTail({ stageId }: { stageId: string }) {
  const [lines, setLines] = useState<LogLine[] | null>(null)
  const [hasFailed, setHasFailed] = useState(false)
  const lastId = useRef<string | null>(null)
  const busy = useRef(false)
  const update = async () => {
    if (busy.current) return
    busy.current = true
    try {
      const query = lastId.current === null ? '?limit=500' : `?after=${lastId.current}`
      const response = await fetch(`/api/stages/${stageId}/log${query}`)
      if (!response.ok) throw new Error(String(response.status))
      const answer = (await response.json()) as { lines: LogLine[] }
      lastId.current = answer.lines.at(-1)?.id ?? lastId.current
      setLines((known) => [...(known ?? []), ...answer.lines].slice(-mostLines))
      setHasFailed(false)
    } catch {
      setHasFailed(true)
    } finally {
      busy.current = false
    }
  }
  const load = useEffectEvent(() => void update())
  useEffect(() => load(), [])
  useTopics([`stage:${stageId}`], () => void update())

  return (
    <>
      {hasFailed && (
        <Notice tone="error" className="mb-2">
          The log could not be fetched; the next change is tried again.
        </Notice>
      )}
      {lines === null ? <div className="skeleton h-64" /> : <Lines lines={lines} />}
    </>
  )
}

function Lines({ lines }: { lines: LogLine[] }) {
  if (lines.length === 0) return <p className="text-muted">This stage has logged nothing yet.</p>
  return (
    <div
      className="max-h-[60vh] overflow-auto rounded border border-line bg-surface p-3 font-mono text-xs"
      role="log"
      aria-label="Log"
      tabIndex={0}
    >
      <ol>
        {lines.map(({ id, at, level, message, attempt }) => (
          <li key={id} className="flex gap-3">
            <span className="shrink-0 text-muted">{at.slice(11, 19)}</span>
            <span className="shrink-0 text-muted" title={`Attempt ${attempt}`}>
              #{attempt}
            </span>
            <span className={level === 'warn' || level === 'error' ? 'text-warn' : ''}>{message}</span>
          </li>
        ))}
      </ol>
      {lines.length >= mostLines && <p className="text-muted">The last {mostLines} lines; earlier ones are kept on the server.</p>}
    </div>
  )
}
