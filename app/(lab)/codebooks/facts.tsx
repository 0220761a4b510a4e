import type { ReactNode } from 'react'

export interface Fact {
  label: string
  value: ReactNode
  /** What it is to be compared with, or what it means. */
  note?: ReactNode
}

/** The numbers of a page, side by side. */
export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className="mb-8 grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 lg:grid-cols-6">
      {facts.map(({ label, value, note }) => (
        <div key={label}>
          <dt className="text-sm text-muted">{label}</dt>
          <dd className="tabular text-lg font-semibold">{value}</dd>
          {note && <dd className="text-xs text-muted">{note}</dd>}
        </div>
      ))}
    </dl>
  )
}
