'use client'

import { useState, useTransition, type KeyboardEvent } from 'react'
import type { FolderImport, InspectedFolder } from '#lib/services/imports/inspect-folder'
import type { ImportFormat } from '#lib/services/imports/format-catalog'
import { Button } from '../../../_ui/button'
import { Field, TextInput } from '../../../_ui/field'
import { formatCount } from '../../../_ui/format'
import { Notice } from '../../../_ui/notice'
import { lookAtFolder } from '../actions'
import { FoundImport } from './found-import'

interface Props {
  dataRoots: string[]
  /** The only format that can be used, where the dataset has one. */
  onlyFormat: ImportFormat | null
  onUse: (found: FolderImport) => void
}

/** A folder on the server is looked through; what it holds can be taken over into the form. Nothing is written. */
export function FolderStep({ dataRoots, onlyFormat, onUse }: Props) {
  const [path, setPath] = useState(dataRoots[0] ?? '')
  const [found, setFound] = useState<InspectedFolder | null>(null)
  const [error, setError] = useState<string | undefined>(undefined)
  const [isLooking, start] = useTransition()
  const look = (wanted: string) => {
    setPath(wanted)
    start(async () => {
      const result = await lookAtFolder({ path: wanted })
      setFound(result.ok ? result.value : null)
      setError(result.ok ? undefined : result.message)
    })
  }
  // Enter looks, and does not start an import.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    look(path)
  }
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-start gap-2">
        <Field label="Folder" hint={`Below ${dataRoots.join(', ')}.`} error={error} className="min-w-0 flex-1">
          <TextInput value={path} onChange={(event) => setPath(event.target.value)} onKeyDown={onKeyDown} className="font-mono text-sm" />
        </Field>
        <Button onClick={() => look(path)} disabled={isLooking || path.trim() === ''} className="mt-6">
          {isLooking ? 'Looking' : 'Look'}
        </Button>
      </div>
      {found && <Found found={found} isLooking={isLooking} onlyFormat={onlyFormat} onUse={onUse} onLook={look} />}
    </div>
  )
}

interface FoundProps extends Pick<Props, 'onlyFormat' | 'onUse'> {
  found: InspectedFolder
  isLooking: boolean
  onLook: (path: string) => void
}

function imagesInWords(count: number, isWhole: boolean): string {
  if (count === 0 && isWhole) return 'no image files'
  return `${isWhole ? '' : 'at least '}${formatCount(count)} image ${count === 1 ? 'file' : 'files'}`
}

const shownFolders = 24
const shownUnread = 8

function Found({ found, isLooking, onlyFormat, onUse, onLook }: FoundProps) {
  const { path, imports, unread, imageCount, isWhole, folders } = found
  return (
    <div aria-live="polite" className="flex flex-col gap-4">
      <p className="text-sm">
        {imports.length === 0 ? 'No known dataset was recognised' : `Recognised: ${imports.map(({ label }) => label).join('; ')}`}
        <span className="text-muted">
          {' '}
          in <code className="font-mono break-all">{path}</code>, with {imagesInWords(imageCount, isWhole)}.
        </span>
      </p>
      {!isWhole && (
        <Notice tone="warning">The folder holds more than was looked at: counts are at least so much. Name a folder inside it.</Notice>
      )}
      {imports.map((one) => (
        <FoundImport key={one.format} found={one} isUsable={onlyFormat === null || onlyFormat === one.format} onUse={() => onUse(one)} />
      ))}
      {folders.length > 0 && (
        <div className="flex flex-wrap items-center gap-2">
          <span className="text-sm text-muted">Look inside:</span>
          {folders.slice(0, shownFolders).map((name) => (
            <Button key={name} variant="quiet" size="small" disabled={isLooking} onClick={() => onLook(`${path}/${name}`)}>
              {name}
            </Button>
          ))}
          {folders.length > shownFolders && (
            <span className="text-sm text-muted">and {formatCount(folders.length - shownFolders)} more</span>
          )}
        </div>
      )}
      {unread.length > 0 && (
        <details className="text-sm">
          <summary className="cursor-pointer text-muted">
            {formatCount(unread.length)} other {unread.length === 1 ? 'file is' : 'files are'} not read
          </summary>
          <ul className="mt-2 flex flex-col gap-1">
            {unread.slice(0, shownUnread).map(({ path: file, reason }) => (
              <li key={file}>
                <code className="font-mono break-all">{file}</code> <span className="text-muted">{reason}</span>
              </li>
            ))}
            {unread.length > shownUnread && <li className="text-muted">and {formatCount(unread.length - shownUnread)} more</li>}
          </ul>
        </details>
      )}
    </div>
  )
}
