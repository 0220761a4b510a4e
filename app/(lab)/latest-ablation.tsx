import Link from 'next/link'
import type { AblationDetail } from '#lib/services/ablations/get-ablation'
import { conclusionOf } from '../_charts/prepare/ablation-conclusion'
import { formatDuration } from '../_ui/format'
import { StateBadge } from '../_ui/state-badge'
import { Time } from '../_ui/time'
import { factorsInWords } from './ablations/ablation-table'

/** An ablation in three lines: what, how far, and what may be said. */
export function LatestAblation({ ablation }: { ablation: AblationDetail }) {
  const { id, name, state, stagesDone, stagesTotal, etaSeconds, createdAt } = ablation
  const isActive = state === 'queued' || state === 'running'
  return (
    <li className="py-3 first:pt-0">
      <div className="flex flex-wrap items-center gap-x-4">
        <Link href={`/ablations/${id}`} className="font-medium text-accent hover:underline">
          {name}
        </Link>
        <StateBadge status={state} />
        <span className="tabular text-sm text-muted">
          {stagesDone} of {stagesTotal} stages
          {isActive && etaSeconds !== null && ` · about ${formatDuration(etaSeconds)} left`}
        </span>
        <span className="text-sm text-muted">
          <Time at={createdAt} />
        </span>
      </div>
      <p className="max-w-[90ch]">{conclusionOf(ablation).sentence}</p>
      <p className="text-sm text-muted">{factorsInWords(ablation)}</p>
    </li>
  )
}
