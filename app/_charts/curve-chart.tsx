'use client'

import { useState } from 'react'
import { CartesianGrid, Line, LineChart, ReferenceArea, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import type { TooltipContentProps } from 'recharts'
import { curveRows, nearest } from './prepare/curves'
import type { CurveSeries } from './prepare/curves'
import type { ValueAxis } from './prepare/axis'

interface CurveChartProps {
  series: CurveSeries[]
  axis: ValueAxis
  write: (value: number) => string
  writeTick: (value: number) => string
}

type Range = [number, number]

/** Lines over steps. Dragging zooms in, a double click shows everything again. */
export function CurveChart({ series, axis, write, writeTick }: CurveChartProps) {
  const [zoom, setZoom] = useState<Range | null>(null)
  const [drag, setDrag] = useState<Range | null>(null)
  const rows = curveRows(series)
  const all: Range = [rows[0]?.step ?? 0, rows.at(-1)?.step ?? 1]
  const range = zoom ?? all
  const within = Math.max(1, (range[1] - range[0]) / 50)
  const release = () => {
    if (drag && Math.abs(drag[1] - drag[0]) > within) setZoom([Math.min(...drag), Math.max(...drag)])
    setDrag(null)
  }
  return (
    <div onDoubleClick={() => setZoom(null)} className="select-none">
      <ResponsiveContainer width="100%" height={224} initialDimension={{ width: 320, height: 224 }}>
        <LineChart
          data={rows}
          margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
          accessibilityLayer={false}
          onMouseDown={({ activeLabel }) => setDrag(activeLabel === undefined ? null : [Number(activeLabel), Number(activeLabel)])}
          onMouseMove={({ activeLabel }) => drag && activeLabel !== undefined && setDrag([drag[0], Number(activeLabel)])}
          onMouseUp={release}
          onMouseLeave={release}
        >
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            type="number"
            dataKey="step"
            domain={range}
            allowDataOverflow
            tick={{ fill: 'var(--muted)', fontSize: 12 }}
            tickLine={false}
            stroke="var(--line-strong)"
          />
          <YAxis
            domain={[axis.min, axis.max]}
            ticks={axis.ticks}
            tickFormatter={writeTick}
            width={56}
            tick={{ fill: 'var(--muted)', fontSize: 12 }}
            tickLine={false}
            axisLine={false}
            allowDataOverflow
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: 'var(--line-strong)' }}
            content={(hover: TooltipContentProps) =>
              hover.active ? <CurveTooltip step={Number(hover.label)} series={series} within={within} write={write} /> : null
            }
          />
          {series.map(({ id, color, dash }) => (
            <Line
              key={id}
              dataKey={id}
              stroke={color}
              {...(dash ? { strokeDasharray: dash } : {})}
              strokeWidth={1.5}
              dot={rows.length === 1}
              activeDot={{ r: 3 }}
              connectNulls
              isAnimationActive={false}
            />
          ))}
          {drag && drag[0] !== drag[1] && <ReferenceArea x1={drag[0]} x2={drag[1]} fill="var(--accent)" fillOpacity={0.15} />}
        </LineChart>
      </ResponsiveContainer>
    </div>
  )
}

interface CurveTooltipProps {
  step: number
  series: CurveSeries[]
  within: number
  write: (value: number) => string
}

/** All series at a step: series are recorded at steps of their own, so each shows its nearest point. */
function CurveTooltip({ step, series, within, write }: CurveTooltipProps) {
  const found = series.map((one) => ({ one, point: nearest(one.points, step, within) }))
  return (
    <div className="tabular max-h-80 overflow-hidden rounded border border-line-strong bg-surface px-2 py-1.5 text-xs">
      <p className="font-medium">step {step}</p>
      {found.slice(0, 16).map(({ one, point }) => (
        <p key={one.id} className="flex items-center justify-between gap-3">
          <span className="flex items-center gap-1.5">
            <span className="inline-block h-0.5 w-3" style={{ background: one.color }} />
            {one.label}
          </span>
          <span>{point ? write(point[1]) : '—'}</span>
        </p>
      ))}
      {found.length > 16 && <p className="text-muted">first 16 of {found.length}</p>}
    </div>
  )
}
