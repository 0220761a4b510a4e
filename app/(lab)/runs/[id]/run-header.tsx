import Link from 'next/link'
import { fieldLabel, writeFieldValue } from '#lib/services/ablations/field-catalog'
import type { RunDetail } from '#lib/services/runs/get-run'
import { ButtonLink } from '../../../_ui/button'
import { formatDuration } from '../../../_ui/format'
import { PageHeader } from '../../../_ui/page-header'
import { ProgressBar } from '../../../_ui/progress-bar'
import { StateBadge } from '../../../_ui/state-badge'
import { Time } from '../../../_ui/time'
import { CancelRun } from './run-buttons'

export function RunHeader({ run, mayEdit }: { run: RunDetail; mayEdit: boolean }) {
  const { id, ablation, label, seed, state, factorValues, progress, etaSeconds, preset, createdAt } = run
  const isActive = state === 'queued' || state === 'running'
  const hasCodebook = factorValues['dictionary.size'] !== 0 && run.configuration.dictionary.size > 0
  const factors = Object.entries(factorValues).map(([field, value]) => `${fieldLabel(field)}: ${writeFieldValue(field, value)}`)
  return (
    <PageHeader
      title={`${label} · seed ${seed}`}
      trail={[
        { label: 'Ablations', href: '/ablations' },
        { label: ablation.name, href: `/ablations/${ablation.id}` },
      ]}
      status={<StateBadge status={state} />}
      actions={
        <>
          {hasCodebook && <ButtonLink href={`/codebooks/${id}`}>Codebook</ButtonLink>}
          {isActive && mayEdit && <CancelRun id={id} name={`${label}, seed ${seed}`} />}
        </>
      }
    >
      <p>
        {factors.join('; ')}. One run of{' '}
        <Link href={`/ablations/${ablation.id}`} className="text-accent underline">
          {ablation.name}
        </Link>
        , preset {preset}, launched <Time at={createdAt} />.
      </p>
      {isActive && (
        <div className="tabular mt-2 flex flex-wrap items-center gap-3 text-sm">
          <ProgressBar value={progress} label="Progress of the run" className="max-w-48" />
          <span>{Math.floor(100 * progress)} %</span>
          <span>{etaSeconds === null ? 'time left not known yet' : `about ${formatDuration(etaSeconds)} left`}</span>
        </div>
      )}
    </PageHeader>
  )
}
