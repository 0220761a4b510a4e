import { follow, placeOf, rangePx, type Geometry, type Place } from './scroll-range'

export const gapPx = 12
const captionPx = 20
const tilePx = 104
/** Rows above and below the view that are drawn already. */
const overscan = 2

export interface Layout extends Geometry {
  columns: number
  rowPx: number
  rows: number
}

export interface GridView {
  total: number
  /** Null until the browser has said how much room there is. */
  layout: Layout | null
  place: Place
  /** The first image in view when the view last rested: kept in view while the window changes its size, and in the address. */
  anchor: number
}

export type GridMove =
  { to: 'size'; width: number; height: number } | { to: 'scroll'; scrollTop: number } | { to: 'content'; top: number } | { to: 'rest' }

/** As many columns as fit; rows are as high as a tile is wide, with its caption. */
function layoutOf(width: number, height: number, total: number): Layout {
  const columns = Math.max(1, Math.floor((width + gapPx) / (tilePx + gapPx)))
  const rowPx = Math.floor((width - (columns - 1) * gapPx) / columns) + captionPx + gapPx
  const rows = Math.ceil(total / columns)
  return { columns, rowPx, rows, contentPx: rows * rowPx, viewPx: height }
}

export function moveView(view: GridView, move: GridMove): GridView {
  if (move.to === 'size') {
    const layout = layoutOf(move.width, move.height, view.total)
    return { ...view, layout, place: placeOf(layout, Math.floor(view.anchor / layout.columns) * layout.rowPx) }
  }
  const { layout, place } = view
  if (!layout) return view
  switch (move.to) {
    case 'scroll':
      return Math.abs(move.scrollTop - place.scrollTop) < 1 ? view : { ...view, place: follow(layout, place, move.scrollTop) }
    case 'content':
      return { ...view, place: placeOf(layout, move.top) }
    case 'rest': {
      const anchor = firstRank(layout, place)
      const rested = placeOf(layout, place.contentTop)
      // Steps have moved the bar away from its share of the range; nobody sees it being put back.
      const isAside = Math.abs(rested.scrollTop - place.scrollTop) >= 1
      return anchor === view.anchor && !isAside ? view : { ...view, anchor, place: isAside ? rested : place }
    }
  }
}

const firstRank = ({ rowPx, columns }: Layout, { contentTop }: Place) => Math.round(contentTop / rowPx) * columns

/** The rows to draw, from and to (exclusive), and where on the scrolled area the first one lies. */
export function drawnRows(layout: Layout, { scrollTop, contentTop }: Place): { from: number; to: number; topPx: number } {
  const { rowPx, rows, viewPx } = layout
  const from = Math.max(0, Math.floor(contentTop / rowPx) - overscan)
  const to = Math.min(rows, Math.ceil((contentTop + viewPx) / rowPx) + overscan)
  return { from, to, topPx: scrollTop + from * rowPx - contentTop }
}

/** The first and the last image of which something is in view. */
export function ranksInView({ rowPx, columns, viewPx }: Layout, { contentTop }: Place, total: number): [number, number] {
  const first = Math.floor((contentTop + 1) / rowPx) * columns
  const last = Math.ceil((contentTop + viewPx) / rowPx) * columns - 1
  return [Math.min(first, Math.max(0, total - 1)), Math.min(last, total - 1)]
}

/** The top of the content that has the row of an image wholly in view, moved as little as possible. */
export function topShowing({ rowPx, columns, viewPx }: Layout, { contentTop }: Place, rank: number): number {
  const top = Math.floor(rank / columns) * rowPx
  if (top < contentTop) return top
  return Math.max(contentTop, top + rowPx - viewPx)
}

export { rangePx }
