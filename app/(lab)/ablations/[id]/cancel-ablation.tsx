'use client'

import { ConfirmButton } from '../../../_ui/confirm-button'
import { cancelAblation } from '../actions'

export function CancelAblation({ id, name }: { id: string; name: string }) {
  return (
    <ConfirmButton
      label="Cancel ablation"
      title={`Cancel “${name}”?`}
      text="Stages that run are stopped after a checkpoint, stages that wait are taken out of the queue. Finished stages and their scores stay, and so does what another ablation needs."
      confirmLabel="Cancel the ablation"
      onConfirm={() => cancelAblation({ id })}
    />
  )
}
