import { formatCount, formatPercent } from '../../../_ui/format'

const width = 600
const height = 160
const barsAtMost = 300

/** Usage of every codeword, sorted; of a very large dictionary neighbours share a bar. */
export function UsageBars({ tokenCounts }: { tokenCounts: number[] }) {
  const sorted = tokenCounts.toSorted((a, b) => b - a)
  const total = sorted.reduce((a, b) => a + b, 0)
  const group = Math.ceil(sorted.length / barsAtMost)
  const bars = Array.from({ length: Math.ceil(sorted.length / group) }, (_, i) => {
    const own = sorted.slice(i * group, (i + 1) * group)
    return own.reduce((a, b) => a + b, 0) / own.length
  })
  const highest = bars[0] ?? 0
  const step = width / bars.length
  const even = height - (total / sorted.length / highest) * height
  const summary = summarise(sorted, total)
  return (
    <figure>
      <div className="flex gap-2">
        <div className="tabular flex flex-col justify-between text-right text-xs whitespace-nowrap text-muted" aria-hidden="true">
          <span>{formatPercent(highest / total)}</span>
          <span>0</span>
        </div>
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={summary} className="h-40 w-full">
          {bars.map((count, i) => (
            <rect
              key={i}
              x={i * step}
              y={height - (count / highest) * height}
              width={Math.max(step * 0.85, 0.5)}
              height={(count / highest) * height}
              className="fill-series-1"
            />
          ))}
          <line
            x1={0}
            x2={width}
            y1={even}
            y2={even}
            className="stroke-text"
            strokeWidth={1}
            strokeDasharray="4 4"
            vectorEffect="non-scaling-stroke"
          />
          <line
            x1={0}
            x2={width}
            y1={height}
            y2={height}
            className="stroke-line-strong"
            strokeWidth={1}
            vectorEffect="non-scaling-stroke"
          />
        </svg>
      </div>
      <figcaption className="mt-2 text-sm text-muted">
        {summary} Dashed: even use{group > 1 ? `; a bar is the mean of ${group} codewords` : ''}.
      </figcaption>
    </figure>
  )
}

function summarise(sorted: number[], total: number): string {
  const tenth = Math.max(1, Math.round(sorted.length / 10))
  const share = sorted.slice(0, tenth).reduce((a, b) => a + b, 0) / Math.max(total, 1)
  const most = (sorted[0] ?? 0) / Math.max(total, 1)
  return `The most used codeword takes ${formatPercent(most)} of the tokens, the first ${formatCount(tenth)} together ${formatPercent(share)}.`
}
