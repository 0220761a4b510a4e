import type { ReactNode } from 'react'
import { classNames } from './class-names'

/** What belongs here, and the one thing that brings it. */
export function EmptyState({ title, text, action, className }: { title: string; text: ReactNode; action?: ReactNode; className?: string }) {
  return (
    <div className={classNames('rounded border border-dashed border-line px-6 py-8', className)}>
      <p className="font-medium">{title}</p>
      <div className="mt-1 max-w-[70ch] text-muted">{text}</div>
      {action && <div className="mt-4">{action}</div>}
    </div>
  )
}
