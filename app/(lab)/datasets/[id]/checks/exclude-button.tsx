'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { ConfirmButton } from '../../../../_ui/confirm-button'
import { formatCount } from '../../../../_ui/format'
import { startExclusion } from './actions'
import { ReasonField } from '../reason-field'

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
          <ReasonField label="Reason" value={reason} onChange={setReason} />
        </>
      }
      confirmLabel="Make the version"
      onConfirm={exclude}
    />
  )
}
