'use client'

import dynamic from 'next/dynamic'
import type { ReactNode } from 'react'
import { formatCount, formatPercent } from '../_ui/format'
import { Table, TBody, Td, Th, THead, Tr } from '../_ui/table'
import { ChartFigure } from './chart-figure'
import type { Histogram } from './prepare/histogram'

const HistogramChart = dynamic(() => import('./histogram-chart').then((module) => module.HistogramChart), {
  ssr: false,
  loading: () => <div className="skeleton h-56" />,
})

/** A distribution as bars, in words and as a table. */
export function HistogramFigure({ histogram, note }: { histogram: Histogram; note?: ReactNode }) {
  const { title, unit, bars, total, summary } = histogram
  return (
    <ChartFigure
      title={title}
      summary={summary}
      note={note ?? summary.slice(title.length + 2)}
      chart={total > 0 ? <HistogramChart histogram={histogram} /> : <Nothing />}
      table={
        <Table label={title}>
          <THead>
            <Tr>
              <Th>{title}</Th>
              <Th numeric className="capitalize">
                {unit}
              </Th>
              <Th numeric>Share</Th>
            </Tr>
          </THead>
          <TBody>
            {bars.map(({ label, count }) => (
              <Tr key={label}>
                <Td>{label}</Td>
                <Td numeric>{formatCount(count)}</Td>
                <Td numeric>{formatPercent(count / total)}</Td>
              </Tr>
            ))}
          </TBody>
        </Table>
      }
    />
  )
}

function Nothing() {
  return <div className="grid h-56 place-items-center rounded border border-dashed border-line text-sm text-muted">Nothing to count</div>
}
