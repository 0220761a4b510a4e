'use client'

import { useState } from 'react'
import { Checkbox } from '../_ui/field'
import { Notice } from '../_ui/notice'
import { CurveFigure } from './curve-figure'
import { metricInfo, metricTitle } from './prepare/metrics'
import { seriesLook } from './prepare/series'
import { useStagePoints } from './use-stage-points'

export interface CurveRun {
  stageId: string
  /** The cell decides the colour, the seed's place the dashes. */
  cellIndex: number
  seedIndex: number
  label: string
}

const most = 600

/** One metric of one stage over the runs of an ablation, coloured by cell. */
export function AblationCurves({ runs, metric }: { runs: CurveRun[]; metric: string }) {
  const { found, error, isLoading } = useStagePoints(
    runs.map(({ stageId }) => stageId),
    [metric],
    most,
  )
  const [isSmooth, setIsSmooth] = useState(true)
  const info = metricInfo(metric)
  const series = runs.map(({ stageId, cellIndex, seedIndex, label }) => ({
    id: stageId,
    label,
    color: seriesLook(cellIndex).color,
    dash: seriesLook(8 * seedIndex).dash,
    points: found[stageId]?.[metric] ?? [],
  }))
  return (
    <div>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-x-4">
        <Checkbox label="Smooth" checked={isSmooth} onChange={(event) => setIsSmooth(event.target.checked)} />
        <p className="text-xs text-muted">By optimiser step. Drag to zoom, double click to see everything.</p>
      </div>
      {error && (
        <Notice tone="error" className="mb-4">
          {error} What is shown stays; the next change is tried again.
        </Notice>
      )}
      {isLoading ? (
        <div className="skeleton h-64" />
      ) : (
        <CurveFigure title={metricTitle(info)} format={info.format} isSmooth={isSmooth} series={series} />
      )}
    </div>
  )
}
