import type { RunStageDetail } from '#lib/services/runs/get-run'
import { stageLabels } from '#lib/services/stages/stage-kind'
import { formatCount } from '../../../_ui/format'
import { Notice } from '../../../_ui/notice'
import { RetryStage } from './run-buttons'

/** What happened, where, with which numbers, and what to do. */
export function StageFailure({ stage, mayEdit }: { stage: RunStageDetail; mayEdit: boolean }) {
  const { kind, stageId, failure, failureDetail, status } = stage
  const step = failureDetail?.['step']
  const statistics = failureDetail?.['statistics']
  return (
    <Notice tone="error" className="mt-3">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <p>
          <span className="font-medium">
            {stageLabels[kind]} failed{typeof step === 'number' && ` at step ${formatCount(step)}`}.
          </span>{' '}
          {failure}
        </p>
        {status === 'failed' && mayEdit && <RetryStage stageId={stageId} name={stageLabels[kind]} />}
      </div>
      {isNumbers(statistics) && (
        <p className="tabular mt-1 text-xs text-muted">
          {Object.entries(statistics)
            .map(([name, value]) => `${name} ${value}`)
            .join(' · ')}
        </p>
      )}
      <p className="mt-1 text-xs text-muted">Points, log and checkpoints up to there are kept. The log says what went before.</p>
    </Notice>
  )
}

function isNumbers(value: unknown): value is Record<string, number | string> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
}
