'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { ConfirmButton } from '../../../../_ui/confirm-button'
import { formatCount } from '../../../../_ui/format'
import { startExclusion } from './actions'

interface Props {
  label: string
  datasetId: string
  versionId: string
  checkId: string
  codes: string[]
  count: number
  /** What is left out, in a sentence. */
  text: string
  reason: string
  isPrimary?: boolean
}

/** Makes a version without what a check found. */
export function ExcludeButton({ label, datasetId, versionId, checkId, codes, count, text, reason: first, isPrimary = false }: Props) {
  const router = useRouter()
  const [reason, setReason] = useState(first)
  const exclude = async () => {
    const result = await startExclusion({ kind: 'exclusion', parentId: versionId, checkId, codes, reason })
    if (result.ok) router.push(`/datasets/${datasetId}`)
    return result
  }
  return (
    <ConfirmButton
      label={label}
      variant={isPrimary ? 'primary' : 'secondary'}
      size={isPrimary ? 'normal' : 'small'}
      title={`Make a version without ${formatCount(count)} ${count === 1 ? 'finding' : 'findings'}?`}
      text={
        <>
          <p>{text} The version as it is stays; what was trained on it stays with it.</p>
          <label className="mt-4 block text-sm font-medium text-text">
            Reason
            <textarea
              value={reason}
              onChange={(event) => setReason(event.target.value)}
              maxLength={2000}
              rows={2}
              className="mt-1 w-full rounded border border-line-strong bg-surface px-2 py-1.5 font-normal text-text"
            />
          </label>
        </>
      }
      confirmLabel="Make the version"
      onConfirm={exclude}
    />
  )
}
