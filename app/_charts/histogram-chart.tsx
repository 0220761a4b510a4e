'use client'

import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import type { TooltipContentProps } from 'recharts'
import { formatCount, formatPercent } from '../_ui/format'
import type { Histogram } from './prepare/histogram'

/** Draws what was prepared. */
export function HistogramChart({ histogram }: { histogram: Histogram }) {
  const { bars, total, unit } = histogram
  const content = ({ active, payload }: TooltipContentProps) => {
    const bar = payload[0]?.payload as Histogram['bars'][number] | undefined
    if (!active || !bar) return null
    return (
      <div className="rounded border border-line bg-surface px-2 py-1 text-xs">
        <p className="font-medium">{bar.label}</p>
        <p className="tabular">
          {formatCount(bar.count)} {unit}, {formatPercent(bar.count / total)}
        </p>
      </div>
    )
  }
  return (
    <ResponsiveContainer width="100%" height={224} initialDimension={{ width: 320, height: 224 }}>
      <BarChart data={bars} margin={{ top: 8, right: 4, bottom: 0, left: 0 }} barCategoryGap={2} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="label"
          tick={{ fill: 'var(--text)', fontSize: 11 }}
          tickLine={false}
          stroke="var(--line-strong)"
          minTickGap={12}
          interval="preserveStartEnd"
        />
        <YAxis
          tickFormatter={compact}
          width={44}
          tick={{ fill: 'var(--muted)', fontSize: 12 }}
          tickLine={false}
          axisLine={false}
          allowDecimals={false}
        />
        <Tooltip isAnimationActive={false} cursor={{ fill: 'var(--hover)' }} content={content} />
        <Bar dataKey="count" maxBarSize={64} fill="var(--series-1)" isAnimationActive={false} />
      </BarChart>
    </ResponsiveContainer>
  )
}

const compact = (value: number) => {
  if (value >= 1_000_000) return `${value / 1_000_000} M`
  return value >= 10_000 ? `${value / 1000} k` : formatCount(value)
}
