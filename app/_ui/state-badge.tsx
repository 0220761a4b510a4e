import { classNames } from './class-names'

export type State = 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled'

/** Shape and word carry the state; colour only repeats it. */
const looks: Record<State, { label: string; mark: string; className: string }> = {
  queued: { label: 'queued', mark: '○', className: 'text-muted' },
  running: { label: 'running', mark: '◐', className: 'text-accent' },
  succeeded: { label: 'succeeded', mark: '●', className: 'text-good' },
  failed: { label: 'failed', mark: '▲', className: 'text-bad' },
  canceled: { label: 'canceled', mark: '■', className: 'text-muted' },
}

export function StateBadge({ status, className }: { status: State; className?: string }) {
  const look = looks[status]
  return (
    <span
      data-state={status}
      className={classNames('inline-flex items-center gap-1.5 text-sm whitespace-nowrap', look.className, className)}
    >
      <span aria-hidden="true" className="text-xs leading-none">
        {look.mark}
      </span>
      {look.label}
    </span>
  )
}
