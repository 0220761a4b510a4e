import Link from 'next/link'
import type { QueueStage } from '#lib/services/queue/get-queue'
import { stageLabels } from '#lib/services/stages/stage-kind'
import { ProgressBar } from '../../_ui/progress-bar'

/** A stage that runs: what, whose, how far, how fast. */
export function RunningStage({ stage }: { stage: QueueStage }) {
  const { kind, label, progress, itemsPerSecond } = stage
  return (
    <li className="tabular flex flex-wrap items-center gap-x-3">
      <span>
        <StageName stage={stage} />
      </span>
      <ProgressBar value={progress} label={`${stageLabels[kind]} of ${label}`} className="max-w-20" />
      <span className="text-muted">
        {Math.floor(100 * progress)} %{itemsPerSecond !== null && ` · ${itemsPerSecond.toFixed(1)} images/s`}
      </span>
    </li>
  )
}

/** `Pre-training of 64 · seed 1`, leading to its run. */
export function StageName({ stage: { kind, label, runId } }: { stage: QueueStage }) {
  const text = `${stageLabels[kind]} of ${label}`
  return runId ? (
    <Link href={`/runs/${runId}?stage=${kind}`} className="text-accent hover:underline">
      {text}
    </Link>
  ) : (
    text
  )
}
