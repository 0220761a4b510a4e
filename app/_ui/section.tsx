import { useId, type ReactNode } from 'react'
import { classNames } from './class-names'

interface SectionProps {
  title: string
  description?: ReactNode
  actions?: ReactNode
  children?: ReactNode
  id?: string
  className?: string
}

/** A titled part of a page, set apart by a line. */
export function Section({ title, description, actions, children, id, className }: SectionProps) {
  const headingId = useId()
  return (
    <section id={id} aria-labelledby={headingId} className={classNames('mb-8 scroll-mt-16', className)}>
      <div className="mb-3 flex flex-wrap items-end gap-x-4 gap-y-2 border-b border-line pb-2">
        <div className="min-w-0">
          <h2 id={headingId} className="text-lg font-semibold">
            {title}
          </h2>
          {description && <div className="max-w-[90ch] text-sm text-muted">{description}</div>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2 sm:ml-auto">{actions}</div>}
      </div>
      {children}
    </section>
  )
}
