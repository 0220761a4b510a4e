'use client'

import { ConfirmButton } from '../../../../_ui/confirm-button'
import { cancelImport } from '../../actions'

export function CancelImport({ id }: { id: string }) {
  return (
    <ConfirmButton
      label="Cancel import"
      title="Cancel this import?"
      text="What it has read so far is lost; the dataset stays as it is. The report of problems stays."
      confirmLabel="Cancel the import"
      onConfirm={() => cancelImport({ id })}
    />
  )
}
