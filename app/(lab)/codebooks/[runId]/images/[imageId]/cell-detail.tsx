import Link from 'next/link'
import type { IndexMapCell } from '#lib/services/codebooks/get-index-map'
import { formatPercent } from '../../../../../_ui/format'
import { codewordHref } from '../../../addresses'

/** The patch under the pointer, in focus, or come from. Always as high, so that nothing jumps. */
export function CellDetail({ cell, runId, count }: { cell: IndexMapCell | null; runId: string; count: number }) {
  if (!cell) return <p className="mb-4 min-h-16 text-muted">Point at a patch to see its codeword; a click opens it.</p>
  return (
    <div className="mb-4 min-h-16">
      <p className="text-lg font-semibold">
        <Link href={codewordHref(runId, cell.code)} className="text-accent hover:underline">
          Codeword {cell.code}
        </Link>
      </p>
      <p className="tabular text-muted">
        {formatPercent(cell.usage, 2)} of all tokens; {count === 1 ? 'this patch only' : `${count} patches`} in this image. Row{' '}
        {cell.row + 1}, column {cell.column + 1}, distance {cell.distance.toFixed(2)}.
      </p>
    </div>
  )
}
