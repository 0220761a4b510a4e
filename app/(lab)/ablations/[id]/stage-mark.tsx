import Link from 'next/link'
import type { RunStageView } from '#lib/services/runs/run-view'
import { stageLabels } from '#lib/services/stages/stage-kind'

const looks: Record<RunStageView['status'], { mark: string; className: string }> = {
  queued: { mark: '○', className: 'text-muted' },
  running: { mark: '◐', className: 'text-accent' },
  succeeded: { mark: '●', className: 'text-good' },
  failed: { mark: '▲', className: 'text-bad' },
  canceled: { mark: '■', className: 'text-muted' },
}

/** The state of one seed's stage, as a link to its run. */
export function StageMark({ runId, seed, stage }: { runId: string; seed: number; stage: RunStageView }) {
  const { kind, status, progress, failure, runCount } = stage
  const percent = Math.floor(100 * progress)
  const shared = runCount > 1 ? `, shared by ${runCount} runs` : ''
  const text = `${stageLabels[kind]}, seed ${seed}: ${status}${status === 'running' ? `, ${percent} %` : ''}${shared}${failure ? `. ${failure}` : ''}`
  const look = looks[status]
  return (
    <Link
      href={`/runs/${runId}?stage=${kind}`}
      title={text}
      aria-label={text}
      data-stage-state={status}
      className={`tabular inline-flex h-6 min-w-6 items-center justify-center gap-1 rounded hover:underline ${look.className}`}
    >
      <span aria-hidden="true">{look.mark}</span>
      {status === 'running' && <span className="text-xs">{percent} %</span>}
    </Link>
  )
}
