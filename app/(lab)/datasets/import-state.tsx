import Link from 'next/link'
import type { DatasetSummary } from '#lib/services/datasets/list-datasets'
import { formatCount } from '../../_ui/format'
import { ProgressBar } from '../../_ui/progress-bar'
import { StateBadge } from '../../_ui/state-badge'

/** The newest import of a dataset, with its progress while it runs. */
export function ImportState({ latest }: { latest: NonNullable<DatasetSummary['import']> }) {
  const isRunning = latest.status === 'running'
  const amount = latest.total === null ? formatCount(latest.done) : `${formatCount(latest.done)} of ${formatCount(latest.total)}`
  return (
    <div className="flex min-w-40 flex-col gap-1">
      <Link href={`/datasets/imports/${latest.id}`} className="hover:underline">
        <StateBadge status={latest.status} />
      </Link>
      {isRunning && <ProgressBar value={latest.total ? latest.done / latest.total : null} label={latest.phase} />}
      {isRunning && (
        <span className="tabular text-xs text-muted">
          {latest.phase}: {amount}
        </span>
      )}
    </div>
  )
}
