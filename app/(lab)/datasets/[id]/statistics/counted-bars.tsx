import type { TopCounts } from '#lib/services/datasets/statistics/stored-statistics'
import { formatCount, formatPercent } from '../../../../_ui/format'

const shownAtMost = 12

/** The most frequent values as bars: a table, whose bars only repeat its numbers. */
export function CountedBars({ title, counts, unit }: { title: string; counts: TopCounts; unit: string }) {
  const { top, distinct, total } = counts
  const shown = top.slice(0, shownAtMost)
  const highest = shown[0]?.[1] ?? 1
  return (
    <div className="min-w-0">
      <table className="w-full table-fixed text-table">
        <caption className="mb-1 text-left text-sm font-medium">
          {title}{' '}
          <span className="font-normal text-muted">
            {shown.length < distinct && `${formatCount(shown.length)} of `}
            {formatCount(distinct)} different, {formatCount(total)} {unit}
          </span>
        </caption>
        <tbody>
          {shown.map(([name, count]) => (
            <tr key={name}>
              <th scope="row" className="w-2/5 truncate py-0.5 pr-2 text-left font-normal" title={name}>
                {name}
              </th>
              <td aria-hidden="true">
                <div className="h-3 bg-series-1" style={{ width: `${(100 * count) / highest}%` }} />
              </td>
              <td className="tabular w-32 pl-2 text-right whitespace-nowrap text-muted">
                {formatCount(count)} · {formatPercent(count / total)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
