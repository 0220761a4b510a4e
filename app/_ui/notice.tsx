import type { ReactNode } from 'react'
import { classNames } from './class-names'

const tones = {
  info: { className: 'border-l-accent', word: 'Note' },
  warning: { className: 'border-l-warn', word: 'Warning' },
  error: { className: 'border-l-bad', word: 'Error' },
}

export function Notice({ tone, children, className }: { tone: keyof typeof tones; children: ReactNode; className?: string }) {
  const look = tones[tone]
  return (
    <div
      role={tone === 'error' ? 'alert' : undefined}
      className={classNames('rounded border border-l-4 border-line bg-surface px-3 py-2', look.className, className)}
    >
      <span className="sr-only">{look.word}: </span>
      {children}
    </div>
  )
}
