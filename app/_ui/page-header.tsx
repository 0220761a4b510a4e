import type { ReactNode } from 'react'
import { classNames } from './class-names'
import { Trail, type TrailStep } from './trail'

interface PageHeaderProps {
  title: string
  /** The pages above this one; shown in the top bar. */
  trail?: TrailStep[]
  status?: ReactNode
  actions?: ReactNode
  children?: ReactNode
  className?: string
}

/** What this page is about, its state, and what can be done with it. Children are a sentence or two below. */
export function PageHeader({ title, trail = [], status, actions, children, className }: PageHeaderProps) {
  return (
    <header className={classNames('mb-6', className)}>
      <Trail steps={trail} current={title} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="min-w-0 text-xl font-semibold break-words">{title}</h1>
        {status}
        {actions && <div className="flex flex-wrap items-center gap-2 sm:ml-auto">{actions}</div>}
      </div>
      {children && <div className="mt-2 max-w-[90ch] text-muted">{children}</div>}
    </header>
  )
}
