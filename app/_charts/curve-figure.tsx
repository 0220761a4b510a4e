'use client'

import dynamic from 'next/dynamic'
import { useState } from 'react'
import { ChartFigure } from './chart-figure'
import { CurveTable } from './curve-table'
import { Legend, toggled } from './legend'
import { curvePanel } from './prepare/curve-panel'
import type { CurveSeries } from './prepare/curves'
import { writeMetric } from './prepare/metrics'

const CurveChart = dynamic(() => import('./curve-chart').then((module) => module.CurveChart), {
  ssr: false,
  loading: () => <div className="skeleton h-56" />,
})

interface CurveFigureProps {
  title: string
  series: CurveSeries[]
  format: 'percent' | 'number'
  isSmooth: boolean
}

/** Curves of one panel with their legend, their text and their table. */
export function CurveFigure({ title, series, format, isSmooth }: CurveFigureProps) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const write = (value: number) => writeMetric(value, format)
  const visible = series.filter(({ id }) => !hidden.has(id))
  const panel = curvePanel(visible, { title, isSmooth, format, write })
  const { axis, digits } = panel
  const writeTick = (value: number) => {
    if (format === 'percent') return `${(100 * value).toFixed(digits)} %`
    return axis && axis.max < 0.01 && value !== 0 ? value.toExponential(2) : value.toFixed(digits)
  }
  return (
    <div>
      <ChartFigure
        title={title}
        summary={panel.summary}
        note={axis && !axis.startsAtZero ? `The axis starts at ${writeTick(axis.min)}, not at 0.` : undefined}
        chart={
          axis ? (
            <CurveChart series={panel.series} axis={axis} write={write} writeTick={writeTick} />
          ) : (
            <div className="grid h-56 place-items-center rounded border border-dashed border-line text-sm text-muted">
              {series.length > 0 && visible.length === 0 ? 'All series are hidden' : 'Nothing recorded yet'}
            </div>
          )
        }
        table={<CurveTable title={title} series={visible} write={write} />}
      />
      {series.length > 1 && (
        <Legend items={series} hidden={hidden} onToggle={(id) => setHidden(toggled(hidden, id))} label={`Series of ${title}`} />
      )}
    </div>
  )
}
