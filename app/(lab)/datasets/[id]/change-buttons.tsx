'use client'

import { useState, useTransition } from 'react'
import { toast } from 'sonner'
import { Button } from '../../../_ui/button'
import { ConfirmButton } from '../../../_ui/confirm-button'
import { formatCount } from '../../../_ui/format'
import { discardChanges, startDerivation } from './actions'
import { ReasonField } from './reason-field'

const counted = (count: number) => `${formatCount(count)} ${count === 1 ? 'change' : 'changes'}`
const noAnswer = { ok: false as const, message: 'The server did not answer. Nothing was changed.', fields: {} }

export function DiscardChange({ id, subject }: { id: string; subject: string }) {
  const [isPending, start] = useTransition()
  const discard = () =>
    start(async () => {
      const result = await discardChanges({ id }).catch(() => noAnswer)
      if (!result.ok) toast.error(result.message)
    })
  return (
    <Button size="small" variant="quiet" disabled={isPending} onClick={discard} aria-label={`Discard the change of ${subject}`}>
      Discard
    </Button>
  )
}

export function DiscardAll({ versionId, count }: { versionId: string; count: number }) {
  return (
    <ConfirmButton
      label="Discard all"
      variant="quiet"
      size="small"
      title={`Discard ${counted(count)}?`}
      text="What members wrote for the next version is lost. The version itself stays as it is."
      confirmLabel={`Discard ${counted(count)}`}
      onConfirm={() => discardChanges({ versionId })}
    />
  )
}

export function MakeVersion({ versionId, number, count }: { versionId: string; number: number; count: number }) {
  const [reason, setReason] = useState('')
  return (
    <ConfirmButton
      label={`Make version ${number}`}
      variant="primary"
      size="small"
      title={`Make version ${number}?`}
      text={
        <>
          <p>
            A worker writes a version with {counted(count)}. What was trained on earlier versions stays with them; new ablations can choose
            the new one.
          </p>
          <ReasonField label="Reason for all of them" value={reason} onChange={setReason} />
        </>
      }
      confirmLabel={`Make version ${number}`}
      onConfirm={() => startDerivation({ kind: 'changes', parentId: versionId, reason })}
    />
  )
}
