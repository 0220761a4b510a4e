import { classNames } from './class-names'

interface ProgressBarProps {
  /** 0 to 1; null while nobody knows. */
  value: number | null
  label: string
  className?: string
}

export function ProgressBar({ value, label, className }: ProgressBarProps) {
  const percent = value === null ? null : Math.round(Math.min(1, Math.max(0, value)) * 100)
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
      aria-valuetext={percent === null ? 'not known yet' : `${percent} %`}
      title={`${label}: ${percent === null ? 'not known yet' : `${percent} %`}`}
      className={classNames('block h-1.5 w-full min-w-16 overflow-hidden rounded-full bg-line', className)}
    >
      <span className="block h-full rounded-full bg-accent" style={{ width: `${percent ?? 0}%` }} />
    </span>
  )
}
