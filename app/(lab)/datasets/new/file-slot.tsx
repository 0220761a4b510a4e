'use client'

import { useId, useRef, useState } from 'react'
import { Button } from '../../../_ui/button'
import { formatBytes } from '../../../_ui/format'
import { ProgressBar } from '../../../_ui/progress-bar'
import type { Slot } from './recognise-mistake'
import { uploadFile } from './upload-file'

/** A file that is there: uploaded, or named by its path on the server. */
export type Chosen = { name: string; artifact: string } | { name: string; path: string }

interface Props {
  slot: Slot
  label: string
  isOptional: boolean
  /** What it starts with; only a path can be shown. */
  initial?: Chosen | null
  error: string | undefined
  /** Whether a path on the server may be given instead. */
  allowsPath: boolean
  accept: string
  pathLabel: string
  onChange: (chosen: Chosen | null) => void
  onBusy: (isBusy: boolean) => void
}

type State =
  | { kind: 'empty' }
  | { kind: 'sending'; name: string; share: number }
  | { kind: 'sent'; name: string; sizeBytes: number }
  | { kind: 'failed'; message: string }

/** One file: chosen and sent at once, or the path of one on the server. */
export function FileSlot({ slot, label, isOptional, initial = null, error, allowsPath, accept, pathLabel, onChange, onBusy }: Props) {
  const id = useId()
  const [state, setState] = useState<State>({ kind: 'empty' })
  const [initialPath] = useState(initial && 'path' in initial ? initial.path : '')
  const [isPath, setIsPath] = useState(initialPath !== '')
  const sending = useRef<AbortController | null>(null)

  const send = async (file: File | undefined) => {
    sending.current?.abort()
    sending.current = null
    onChange(null)
    if (!file) return setState({ kind: 'empty' })
    const own = new AbortController()
    sending.current = own
    onBusy(true)
    setState({ kind: 'sending', name: file.name, share: 0 })
    try {
      const { digest, sizeBytes } = await uploadFile(
        file,
        slot,
        (share) => setState({ kind: 'sending', name: file.name, share }),
        own.signal,
      )
      setState({ kind: 'sent', name: file.name, sizeBytes })
      onChange({ name: file.name, artifact: digest })
    } catch (failure) {
      if (sending.current === own) setState({ kind: 'failed', message: (failure as Error).message })
    } finally {
      onBusy(false)
    }
  }
  const setPath = (path: string) =>
    onChange(path.trim() === '' ? null : { name: path.trim().split('/').findLast(Boolean) ?? path, path: path.trim() })
  const toggle = () => {
    void send(undefined)
    setIsPath(!isPath)
  }
  const message = error ?? (state.kind === 'failed' ? state.message : undefined)
  return (
    <div className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <label htmlFor={id} className="w-full text-sm font-medium sm:w-36 sm:shrink-0">
          {label}
          {isOptional && <span className="font-normal text-muted"> (optional)</span>}
        </label>
        {isPath ? (
          <input
            id={id}
            type="text"
            defaultValue={initialPath}
            placeholder={pathLabel}
            onChange={(event) => setPath(event.target.value)}
            aria-describedby={message ? `${id}-error` : undefined}
            className="h-8 min-w-0 flex-1 rounded border border-line-strong bg-surface px-2 font-mono text-sm placeholder:font-sans placeholder:text-muted"
          />
        ) : (
          <input
            id={id}
            type="file"
            accept={accept}
            onChange={(event) => void send(event.target.files?.[0])}
            aria-describedby={message ? `${id}-error` : undefined}
            className="min-w-0 flex-1 text-sm file:mr-3 file:h-8 file:cursor-pointer file:rounded file:border file:border-solid file:border-line file:bg-surface file:px-3 file:text-text hover:file:bg-hover"
          />
        )}
        {allowsPath && (
          <Button variant="quiet" size="small" onClick={toggle}>
            {isPath ? 'Upload instead' : 'On the server'}
          </Button>
        )}
      </div>
      {state.kind === 'sending' && <ProgressBar value={state.share} label={`Uploading ${state.name}`} />}
      {state.kind === 'sent' && (
        <p role="status" className="text-xs text-good">
          Uploaded, {formatBytes(state.sizeBytes)}
        </p>
      )}
      {message && (
        <p id={`${id}-error`} role="alert" className="text-xs text-bad">
          {message}
        </p>
      )}
    </div>
  )
}
