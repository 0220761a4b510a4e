import type { LabelCounts } from '#lib/services/codebooks/count-labels'
import { formatCount, formatPercent } from '../../../../_ui/format'

const valuesAtMost = 6

/** How often each value of each attribute is seen, the most frequent first. */
export function LabelBars({ labels: { attributes, labelledCount } }: { labels: LabelCounts }) {
  return (
    <div className="grid gap-5 sm:grid-cols-2 xl:grid-cols-1">
      {attributes.map(({ attribute, values }) => (
        <table key={attribute} className="w-full text-table">
          <caption className="mb-1 text-left font-medium">{attribute}</caption>
          <tbody>
            {values.slice(0, valuesAtMost).map(({ value, count }) => (
              <tr key={value}>
                <th scope="row" className="w-28 max-w-28 truncate pr-2 text-left font-normal" title={value}>
                  {value}
                </th>
                <td aria-hidden="true">
                  <div className="h-3 bg-series-1" style={{ width: `${(100 * count) / labelledCount}%` }} />
                </td>
                <td className="tabular w-24 pl-2 text-right text-muted">
                  {formatCount(count)} · {formatPercent(count / labelledCount, 0)}
                </td>
              </tr>
            ))}
            {values.length > valuesAtMost && (
              <tr>
                <td colSpan={3} className="text-muted">
                  {formatCount(values.length - valuesAtMost)} rarer values
                </td>
              </tr>
            )}
          </tbody>
        </table>
      ))}
    </div>
  )
}
