'use client'

import { useRouter } from 'next/navigation'
import { CartesianGrid, ErrorBar, ReferenceLine, ResponsiveContainer, Scatter, ScatterChart, Tooltip, XAxis, YAxis } from 'recharts'
import type { TooltipContentProps } from 'recharts'
import { tickDigits } from './prepare/axis'
import type { PanelMark, ScorePanel } from './prepare/score-panels'
import { ScoreTooltip } from './score-tooltip'

interface Dot {
  x: number
  y: number
  mark: PanelMark
  runId?: string
  /** Distance of the interval's ends from the mean. */
  error?: [number, number]
}

/** Mean and interval stand left of a cell's place, its seeds right of it: by this share of the axis. */
const shiftShare = 0.018

function meansOf(marks: readonly PanelMark[], shift: number): Dot[] {
  return marks.map((mark) => {
    const { x, mean, interval } = mark
    return { x: x - shift, y: mean, mark, error: interval ? [mean - interval.low, interval.high - mean] : [0, 0] }
  })
}

function seedsOf(marks: readonly PanelMark[], shift: number): Dot[] {
  return marks.flatMap((mark) => mark.seeds.map(({ runId, value }) => ({ x: mark.x + shift, y: value, mark, runId })))
}

/** One small chart: every seed a ring, the mean a bar with its 95 % interval, controls as dashed lines. Draws what was prepared. */
export function ScorePanelChart({ panel }: { panel: ScorePanel }) {
  const router = useRouter()
  const { axis, groups, range, marks, references } = panel
  if (axis === null) return null
  const digits = tickDigits({ ...axis, ticks: axis.ticks.map((tick) => 100 * tick) })
  const shift = shiftShare * (range[1] - range[0])
  const label = (x: number) => groups.find((group) => group.x === x)?.label ?? ''
  return (
    <ResponsiveContainer width="100%" height={224} initialDimension={{ width: 320, height: 224 }}>
      <ScatterChart margin={{ top: 12, right: 4, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          type="number"
          dataKey="x"
          domain={range}
          ticks={groups.map(({ x }) => x)}
          tickFormatter={label}
          interval={0}
          tick={{ fill: 'var(--text)', fontSize: 12 }}
          tickLine={false}
          stroke="var(--line-strong)"
        />
        <YAxis
          type="number"
          dataKey="y"
          domain={[axis.min, axis.max]}
          ticks={axis.ticks}
          tickFormatter={(value: number) => (100 * value).toFixed(digits)}
          width={36}
          tick={{ fill: 'var(--muted)', fontSize: 12 }}
          tickLine={false}
          axisLine={false}
        />
        {references.map(({ label: name, value }, i) => (
          <ReferenceLine
            key={name}
            y={value}
            stroke="var(--muted)"
            strokeDasharray="4 3"
            label={{ value: name, position: i === 0 ? 'insideBottomRight' : 'insideTopRight', fill: 'var(--muted)', fontSize: 11 }}
          />
        ))}
        <Tooltip isAnimationActive={false} cursor={false} content={showMark} />
        <Scatter data={meansOf(marks, shift)} shape={<MeanBar />} isAnimationActive={false}>
          <ErrorBar dataKey="error" direction="y" width={4} stroke="var(--text)" strokeWidth={1} isAnimationActive={false} />
        </Scatter>
        <Scatter
          data={seedsOf(marks, shift)}
          shape={<SeedRing />}
          isAnimationActive={false}
          className="cursor-pointer"
          onClick={(item) => router.push(`/runs/${(item.payload as Dot).runId}`)}
        />
      </ScatterChart>
    </ResponsiveContainer>
  )
}

interface ShapeProps {
  cx?: number
  cy?: number
  payload?: Dot
}

function MeanBar({ cx = 0, cy = 0, payload }: ShapeProps) {
  return <rect x={cx - 8} y={cy - 2} width={16} height={4} fill={payload?.mark.color} />
}

function SeedRing({ cx = 0, cy = 0, payload }: ShapeProps) {
  return <circle cx={cx} cy={cy} r={4} fill="var(--surface)" stroke={payload?.mark.color} strokeWidth={2} />
}

function showMark({ active, payload }: TooltipContentProps) {
  const dot = payload[0]?.payload as Dot | undefined
  return active && dot ? <ScoreTooltip mark={dot.mark} /> : null
}
