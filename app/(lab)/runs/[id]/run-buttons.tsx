'use client'

import { ConfirmButton } from '../../../_ui/confirm-button'
import { cancelRun, retryStage } from '../actions'

export function CancelRun({ id, name }: { id: string; name: string }) {
  return (
    <ConfirmButton
      label="Cancel run"
      title={`Cancel the run ${name}?`}
      text="Its running stage is stopped after a checkpoint, its waiting stages are taken out of the queue. Finished stages stay, and so does what another run needs."
      confirmLabel="Cancel the run"
      onConfirm={() => cancelRun({ id })}
    />
  )
}

export function RetryStage({ stageId, name }: { stageId: string; name: string }) {
  return (
    <ConfirmButton
      label="Try again"
      title={`Try ${name} again?`}
      text="The stage begins anew, and the stages that wait for it are queued again. What it recorded so far is replaced step by step."
      confirmLabel="Queue it again"
      variant="secondary"
      size="small"
      onConfirm={() => retryStage({ stageId })}
    />
  )
}
