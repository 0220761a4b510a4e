import type { RunAttempt } from '#lib/services/runs/get-run'
import { Missing } from '../../../_ui/missing'
import { formatCount, formatDuration } from '../../../_ui/format'

/** Attempts of a stage: one is the rule; more are told, with what ended each. */
export function Attempts({ attempts }: { attempts: RunAttempt[] }) {
  const last = attempts.at(-1)
  if (!last) return <Missing reason="No worker has taken it yet." />
  if (attempts.length === 1 && last.reason === null) return <span className="whitespace-nowrap text-muted">1, on {last.worker}</span>
  return (
    <details>
      <summary className="cursor-pointer whitespace-nowrap">
        {attempts.length}, last on {last.worker}
      </summary>
      <ol className="mt-1 space-y-0.5 text-xs text-muted">
        {attempts.map((attempt) => (
          <li key={attempt.number}>{inWords(attempt)}</li>
        ))}
      </ol>
    </details>
  )
}

function inWords({ number, status, worker, startedAt, finishedAt, resumedFromStep, reason }: RunAttempt): string {
  const start = resumedFromStep > 0 ? `from step ${formatCount(resumedFromStep)}` : 'from the beginning'
  const time = finishedAt ? `, ${formatDuration((finishedAt.getTime() - startedAt.getTime()) / 1000)}` : ''
  return `${number}: ${start} on ${worker}, ${status}${time}${reason ? ` (${reason})` : ''}`
}
