import Link from 'next/link'
import { classNames } from './class-names'

interface TabsNavProps {
  tabs: { label: string; href: string; isActive: boolean }[]
  label: string
  className?: string
}

/** Tabs that are addresses: links, so that each can be opened, sent and gone back to. */
export function TabsNav({ tabs, label, className }: TabsNavProps) {
  return (
    <nav aria-label={label} className={classNames('mb-6 overflow-x-auto border-b border-line', className)}>
      <ul className="flex gap-1">
        {tabs.map((tab) => (
          <li key={tab.href}>
            <Link
              href={tab.href}
              aria-current={tab.isActive ? 'page' : undefined}
              className={classNames(
                '-mb-px block border-b-2 px-3 py-2 whitespace-nowrap focus-visible:-outline-offset-2',
                tab.isActive ? 'border-accent font-medium text-text' : 'border-transparent text-muted hover:text-text',
              )}
            >
              {tab.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
