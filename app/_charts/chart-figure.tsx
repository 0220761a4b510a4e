'use client'

import { useId, useState, type ReactNode } from 'react'

interface ChartFigureProps {
  title: string
  /** The chart in words, for those who do not see it. */
  summary: string
  /** Shown below the chart: what a reader must know of it. */
  note?: ReactNode
  chart: ReactNode
  table: ReactNode
}

/** A chart with its title, its text and the same numbers as a table. */
export function ChartFigure({ title, summary, note, chart, table }: ChartFigureProps) {
  const [isTable, setIsTable] = useState(false)
  const captionId = useId()
  return (
    <figure aria-labelledby={captionId} className="min-w-0">
      <figcaption className="mb-1 flex items-center justify-between gap-2">
        <span id={captionId} className="text-sm font-medium">
          {title}
        </span>
        <button
          type="button"
          aria-pressed={isTable}
          aria-label={`${title}: show as a table`}
          onClick={() => setIsTable(!isTable)}
          className="min-h-6 rounded px-1.5 text-xs text-muted hover:bg-hover hover:text-text aria-pressed:bg-hover aria-pressed:text-text"
        >
          Table
        </button>
      </figcaption>
      {isTable ? (
        <div className="h-56 overflow-auto">{table}</div>
      ) : (
        <div role="img" aria-label={summary}>
          {chart}
        </div>
      )}
      {note && <p className="mt-1 text-xs text-muted">{note}</p>}
    </figure>
  )
}
