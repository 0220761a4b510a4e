'use client'

export interface LegendItem {
  id: string
  label: string
  color: string
  dash?: string | undefined
}

interface LegendProps {
  items: readonly LegendItem[]
  hidden: ReadonlySet<string>
  onToggle: (id: string) => void
  label: string
}

/** Names the series; each can be hidden and shown again. */
export function Legend({ items, hidden, onToggle, label }: LegendProps) {
  return (
    <ul aria-label={label} className="flex flex-wrap gap-x-1 gap-y-1">
      {items.map((item) => (
        <li key={item.id}>
          <button
            type="button"
            aria-pressed={!hidden.has(item.id)}
            onClick={() => onToggle(item.id)}
            className="inline-flex items-center gap-1.5 rounded px-1.5 py-0.5 text-xs hover:bg-hover aria-[pressed=false]:text-muted aria-[pressed=false]:line-through"
          >
            <svg width="16" height="8" aria-hidden="true">
              <line
                x1="0"
                x2="16"
                y1="4"
                y2="4"
                stroke={hidden.has(item.id) ? 'var(--line-strong)' : item.color}
                strokeWidth="3"
                strokeDasharray={item.dash}
              />
            </svg>
            {item.label}
          </button>
        </li>
      ))}
    </ul>
  )
}

/** The set with one member put in or taken out. */
export function toggled(set: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(set)
  if (!next.delete(id)) next.add(id)
  return next
}
