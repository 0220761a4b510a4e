import Link from 'next/link'
import type { IndexMapCell } from '#lib/services/codebooks/get-index-map'
import { classNames } from '../../../../../_ui/class-names'
import { formatPercent } from '../../../../../_ui/format'
import { codewordHref } from '../../../addresses'

interface MapCellProps {
  cell: IndexMapCell
  runId: string
  image: { width: number; height: number }
  /** Whether the index map is drawn; the chosen patch is outlined all the same. */
  isShown: boolean
  isChosen: boolean
  isSame: boolean
  colour: string
  onPoint: (cell: IndexMapCell | null) => void
}

/** One patch of the image, a link to its codeword. */
export function MapCell({ cell, runId, image, isShown, isChosen, isSame, colour, onPoint }: MapCellProps) {
  const { row, column, code, usage, box } = cell
  const percent = (length: number, whole: number) => `${(100 * length) / Math.max(whole, 1)}%`
  const place = {
    left: percent(box.x, image.width),
    top: percent(box.y, image.height),
    width: percent(box.width, image.width),
    height: percent(box.height, image.height),
  }
  return (
    <Link
      href={codewordHref(runId, code)}
      prefetch={false}
      aria-label={`Row ${row + 1}, column ${column + 1}: codeword ${code}, ${formatPercent(usage)} of all tokens`}
      onPointerEnter={() => onPoint(cell)}
      onPointerLeave={() => onPoint(null)}
      onFocus={() => onPoint(cell)}
      onBlur={() => onPoint(null)}
      className="absolute focus-visible:z-20 focus-visible:-outline-offset-4"
      style={place}
    >
      {isShown && <span className="absolute inset-0 opacity-40" style={{ background: colour }} />}
      {isShown && <span className="absolute inset-0 border border-black/40" />}
      {isSame && <span className="absolute inset-0 border-2 border-white shadow-[inset_0_0_0_1px_black]" />}
      {isChosen && <span className="absolute inset-0 z-10 border-4 border-white outline-2 -outline-offset-1 outline-black" />}
      {isShown && (
        <span
          className={classNames(
            'tabular absolute top-1.5 left-1.5 rounded-sm bg-black/75 px-1 text-xs text-white',
            isSame ? 'font-semibold' : 'font-normal',
          )}
        >
          {code}
        </span>
      )}
    </Link>
  )
}
