'use client'

import { useEffect, useLayoutEffect, useReducer, useRef, useState } from 'react'
import type { ImageList } from '#lib/services/datasets/list-images'
import { formatCount } from '../../../../_ui/format'
import { GoTo } from './go-to'
import { drawnRows, gapPx, moveView, rangePx, ranksInView, topShowing, type GridView } from './grid-view'
import { GridImage } from './grid-image'
import { LoadFailure } from './load-failure'
import { useImageBlocks } from './use-image-blocks'
import { useGridKeys } from './use-grid-keys'

interface Props {
  datasetId: string
  /** Where images of this view are fetched. */
  source: string
  first: ImageList
  /** The number of the image at the top, from the address. */
  start: number
}

/** Every image of a view, however many: only the rows in sight are there, the scroll bar reaches from the first to the last. */
export function ImageGrid({ datasetId, source, first, start }: Props) {
  const { total } = first
  const [view, move] = useReducer(moveView, {
    total,
    layout: null,
    place: { scrollTop: 0, contentTop: 0 },
    anchor: start,
  } satisfies GridView)
  const { layout, place, anchor } = view
  const scrollRef = useScrollElement(view, move)
  useAnchorInAddress(anchor)
  const [firstInView, lastInView] = layout ? ranksInView(layout, place, total) : [start, start]
  const { imageAt, hasFailed, retry } = useImageBlocks(source, first, firstInView, lastInView)
  const show = (rank: number) => layout && move({ to: 'content', top: topShowing(layout, place, rank) })
  const { activeRank, onKeyDown, onFocus } = useGridKeys({ total, layout, scrollRef, show })
  const rows = layout && drawnRows(layout, place)
  const stop = layout && rows && isBetween(activeRank, rows.from * layout.columns, rows.to * layout.columns) ? activeRank : firstInView
  const tile = (rank: number) => <GridImage key={rank} rank={rank} image={imageAt(rank)} datasetId={datasetId} isTabStop={rank === stop} />
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-muted">
        <span className="tabular" data-testid="range">
          {layout
            ? `${formatCount(firstInView + 1)} to ${formatCount(lastInView + 1)} of ${formatCount(total)}`
            : `${formatCount(total)} ${total === 1 ? 'image' : 'images'}`}
        </span>
        {layout && layout.contentPx > layout.viewPx && (
          <GoTo total={total} onGo={(rank) => move({ to: 'content', top: Math.floor(rank / layout.columns) * layout.rowPx })} />
        )}
      </div>
      {hasFailed && <LoadFailure onRetry={retry} />}
      <div
        ref={scrollRef}
        role="grid"
        aria-label="Images"
        aria-rowcount={layout?.rows ?? -1}
        aria-colcount={layout?.columns ?? -1}
        onScroll={(event) => move({ to: 'scroll', scrollTop: event.currentTarget.scrollTop })}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
        className="relative max-h-[calc(100dvh-20rem)] min-h-80 overflow-x-hidden overflow-y-scroll [overflow-anchor:none]"
        style={layout ? { height: layout.contentPx } : undefined}
      >
        {layout && rows ? (
          <div role="presentation" style={{ height: rangePx(layout) }}>
            <div role="presentation" className="absolute inset-x-0 top-0" style={{ transform: `translateY(${rows.topPx}px)` }}>
              {Array.from({ length: rows.to - rows.from }, (_, i) => rows.from + i).map((row) => (
                <div
                  key={row}
                  role="row"
                  aria-rowindex={row + 1}
                  className="grid"
                  style={{ gridTemplateColumns: `repeat(${layout.columns}, minmax(0, 1fr))`, gap: gapPx, height: layout.rowPx }}
                >
                  {ranksOf(row, layout.columns, total).map(tile)}
                </div>
              ))}
            </div>
          </div>
        ) : (
          <div
            role="row"
            className="grid h-[calc(100dvh-20rem)] grid-cols-[repeat(auto-fill,minmax(104px,1fr))] content-start gap-3 overflow-hidden"
          >
            {first.images.map((_, i) => tile(first.from + i))}
          </div>
        )}
      </div>
    </>
  )
}

const isBetween = (value: number, from: number, to: number) => value >= from && value < to

const ranksOf = (row: number, columns: number, total: number) =>
  Array.from({ length: Math.min(columns, total - row * columns) }, (_, column) => row * columns + column)

/** The element follows the view: its size is told, its scroll bar set. A while after the last move the view rests. */
function useScrollElement({ place }: GridView, move: (move: Parameters<typeof moveView>[1]) => void) {
  const ref = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const observer = new ResizeObserver(() => move({ to: 'size', width: element.clientWidth, height: element.clientHeight }))
    observer.observe(element)
    return () => observer.disconnect()
  }, [move])
  useLayoutEffect(() => {
    const element = ref.current
    if (element && Math.abs(element.scrollTop - place.scrollTop) >= 1) element.scrollTop = place.scrollTop
  }, [place])
  useEffect(() => {
    const timer = setTimeout(() => move({ to: 'rest' }), 160)
    return () => clearTimeout(timer)
  }, [place, move])
  return ref
}

/** Reload, back and a link sent to somebody come to the same place. */
function useAnchorInAddress(anchor: number) {
  const [initial] = useState(anchor)
  useEffect(() => {
    const address = new URL(window.location.href)
    if (anchor === initial && !address.searchParams.has('at')) return
    if (anchor === 0) address.searchParams.delete('at')
    else address.searchParams.set('at', String(anchor))
    if (address.href !== window.location.href) window.history.replaceState(null, '', address)
  }, [anchor, initial])
}
