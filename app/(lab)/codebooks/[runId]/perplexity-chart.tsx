'use client'

import { CartesianGrid, Legend, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { formatCount } from '../../../_ui/format'

interface Series {
  name: 'perplexity' | 'used'
  points: [step: number, value: number][]
}

const tick = { fontSize: 12, fill: 'var(--muted)' }
const looks = {
  used: { label: 'codewords used', stroke: 'var(--series-1)', dash: undefined },
  perplexity: { label: 'perplexity', stroke: 'var(--series-2)', dash: '6 3' },
}

/** Both are numbers of codewords, so they share an axis from 0 to the size of the dictionary. */
export function PerplexityChart({ series, size }: { series: Series[]; size: number }) {
  const rows = mergeSteps(series)
  const last = rows.at(-1)
  if (!last) return <p className="text-sm text-muted">No point was recorded yet.</p>
  return (
    <figure>
      <div className="h-48 w-full">
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height: 192 }}>
          <LineChart data={rows} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} accessibilityLayer>
            <CartesianGrid stroke="var(--line)" vertical={false} />
            <XAxis
              dataKey="step"
              type="number"
              domain={['dataMin', 'dataMax']}
              tick={tick}
              tickFormatter={formatCount}
              stroke="var(--line-strong)"
            />
            <YAxis domain={[0, size]} tick={tick} width={44} tickFormatter={formatCount} stroke="var(--line-strong)" />
            <Tooltip
              labelFormatter={(step) => `step ${formatCount(Number(step))}`}
              formatter={(value) => Number(value).toFixed(1)}
              contentStyle={{ background: 'var(--surface)', border: '1px solid var(--line)', borderRadius: 4, fontSize: 13 }}
            />
            <Legend wrapperStyle={{ fontSize: 13 }} />
            {(['used', 'perplexity'] as const).map((name) => (
              <Line
                key={name}
                dataKey={name}
                name={looks[name].label}
                stroke={looks[name].stroke}
                strokeDasharray={looks[name].dash}
                strokeWidth={2}
                dot={rows.length === 1}
                isAnimationActive={false}
                connectNulls
              />
            ))}
          </LineChart>
        </ResponsiveContainer>
      </div>
      <figcaption className="mt-2 text-sm text-muted">
        At step {formatCount(last.step)}:{' '}
        {last.used === undefined ? 'use not recorded' : `${formatCount(last.used)} of ${formatCount(size)} used`}
        {last.perplexity === undefined ? '' : `, perplexity ${last.perplexity.toFixed(1)}`}.
      </figcaption>
    </figure>
  )
}

interface Row {
  step: number
  perplexity?: number
  used?: number
}

function mergeSteps(series: Series[]): Row[] {
  const rows = new Map<number, Row>()
  for (const { name, points } of series) {
    for (const [step, value] of points) rows.set(step, { ...(rows.get(step) ?? { step }), [name]: value })
  }
  return [...rows.values()].toSorted((a, b) => a.step - b.step)
}
