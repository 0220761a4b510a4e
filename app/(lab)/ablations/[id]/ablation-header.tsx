import type { AblationDetail } from '#lib/services/ablations/get-ablation'
import { formatDuration } from '../../../_ui/format'
import { PageHeader } from '../../../_ui/page-header'
import { ProgressBar } from '../../../_ui/progress-bar'
import { StateBadge } from '../../../_ui/state-badge'
import { Time } from '../../../_ui/time'
import { CancelAblation } from './cancel-ablation'

/** Name, state, what may be concluded, and how far it is. */
export function AblationHeader({ ablation, sentence, mayEdit }: { ablation: AblationDetail; sentence: string; mayEdit: boolean }) {
  const { id, name, state, createdBy, createdAt } = ablation
  const isActive = state === 'queued' || state === 'running'
  return (
    <PageHeader
      title={name}
      trail={[{ label: 'Ablations', href: '/ablations' }]}
      status={<StateBadge status={state} />}
      actions={isActive && mayEdit && <CancelAblation id={id} name={name} />}
    >
      <p data-testid="conclusion" className="text-lg text-text">
        {sentence}
      </p>
      {isActive && <Progress ablation={ablation} />}
      <p className="mt-1 text-sm">
        Launched <Time at={createdAt} /> by {createdBy ?? 'the server'}
        {!isActive && ` · ${ablation.stagesDone} of ${ablation.stagesTotal} stages done`}
      </p>
      {ablation.description && <p className="mt-1">{ablation.description}</p>}
    </PageHeader>
  )
}

function Progress({ ablation: { stagesDone, stagesTotal, progress, etaSeconds, state } }: { ablation: AblationDetail }) {
  return (
    <div className="tabular mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <ProgressBar value={progress} label="Progress of the ablation" className="max-w-48" />
      <span>
        {stagesDone} of {stagesTotal} stages
      </span>
      <span>{etaSeconds !== null ? `about ${formatDuration(etaSeconds)} left` : waiting(state)}</span>
    </div>
  )
}

const waiting = (state: string) => (state === 'queued' ? 'waits for a worker' : 'time left not known yet')
