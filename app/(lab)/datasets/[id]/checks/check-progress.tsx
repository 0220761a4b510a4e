'use client'

import type { CheckDetail } from '#lib/services/checks/get-check'
import { ConfirmButton } from '../../../../_ui/confirm-button'
import { formatCount } from '../../../../_ui/format'
import { ProgressBar } from '../../../../_ui/progress-bar'
import { StateBadge } from '../../../../_ui/state-badge'
import { cancelWork } from './actions'

/** A check under way: the page follows it live. */
export function CheckProgress({
  check,
  mayEdit,
}: {
  check: Pick<CheckDetail, 'id' | 'status' | 'phase' | 'done' | 'total'>
  mayEdit: boolean
}) {
  const { id, status, phase, done, total } = check
  return (
    <div className="mb-8 max-w-xl">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-4">
        <StateBadge status={status} />
        {mayEdit && (
          <ConfirmButton
            label="Cancel check"
            size="small"
            title="Cancel this check?"
            text="It reports nothing. What it knows of the images' looks is kept for the next one."
            confirmLabel="Cancel the check"
            onConfirm={() => cancelWork({ kind: 'check', id })}
          />
        )}
      </div>
      <div className="mb-1 flex justify-between gap-4 text-sm">
        <span>{phase}</span>
        <span className="tabular text-muted">{total !== null && `${formatCount(done)} of ${formatCount(total)}`}</span>
      </div>
      <ProgressBar value={total ? done / total : null} label={phase || 'Check'} />
    </div>
  )
}
