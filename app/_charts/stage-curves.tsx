'use client'

import { useState } from 'react'
import { Checkbox } from '../_ui/field'
import { Notice } from '../_ui/notice'
import { CurveFigure } from './curve-figure'
import { metricPanels } from './prepare/metrics'
import { seriesLook } from './prepare/series'
import { useStagePoints } from './use-stage-points'

const most = 1500

/** Everything a stage records, as it is recorded: one small chart for metrics that share an axis. */
export function StageCurves({ stageId }: { stageId: string }) {
  const { found, error, isLoading } = useStagePoints([stageId], [], most)
  const [isSmooth, setIsSmooth] = useState(true)
  const points = found[stageId] ?? {}
  const panels = metricPanels(Object.keys(points))
  return (
    <div>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-x-4">
        <Checkbox label="Smooth" checked={isSmooth} onChange={(event) => setIsSmooth(event.target.checked)} />
        <p className="text-xs text-muted">By optimiser step. Drag to zoom, double click to see everything.</p>
      </div>
      {error && (
        <Notice tone="error" className="mb-4">
          {error} What is shown stays; the next change is tried again.
        </Notice>
      )}
      {panels.length === 0 &&
        (isLoading ? <div className="skeleton h-56" /> : <p className="text-muted">This stage has recorded nothing yet.</p>)}
      <div className="grid grid-cols-1 gap-x-8 gap-y-6 md:grid-cols-2">
        {panels.map(({ title, metrics }) => (
          <CurveFigure
            key={title}
            title={title}
            format={metrics[0]?.format ?? 'number'}
            isSmooth={isSmooth}
            series={metrics.map(({ name, label, series }) => ({ id: name, label, ...seriesLook(series), points: points[name] ?? [] }))}
          />
        ))}
      </div>
    </div>
  )
}
