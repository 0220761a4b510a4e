import type { VerdictValue } from '#lib/services/reviews/subject'
import { classNames } from '../_ui/class-names'

export const verdictLabels: Record<VerdictValue, string> = { accepted: 'accepted', rejected: 'rejected', needs_work: 'needs work' }
/** Shape and word carry the verdict; colour only repeats it. */
const looks: Record<VerdictValue, { mark: string; className: string }> = {
  accepted: { mark: '●', className: 'text-good' },
  rejected: { mark: '▲', className: 'text-bad' },
  needs_work: { mark: '◆', className: 'text-warn' },
}

export function VerdictBadge({ value, className }: { value: VerdictValue; className?: string }) {
  const look = looks[value]
  return (
    <span
      data-verdict={value}
      className={classNames('inline-flex items-center gap-1.5 font-medium whitespace-nowrap', look.className, className)}
    >
      <span aria-hidden="true" className="text-xs leading-none">
        {look.mark}
      </span>
      {verdictLabels[value]}
    </span>
  )
}
