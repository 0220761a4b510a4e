'use client'

import { useEffect, useRef, useState, type FocusEvent, type KeyboardEvent, type RefObject } from 'react'
import type { Layout } from './grid-view'

interface GridKeys {
  total: number
  layout: Layout | null
  scrollRef: RefObject<HTMLDivElement | null>
  show: (rank: number) => void
}

/** One image of the grid is in the order of the tab key; arrows, page keys, Home and End go from it to the others. */
export function useGridKeys({ total, layout, scrollRef, show }: GridKeys) {
  const [activeRank, setActiveRank] = useState(-1)
  const wanted = useRef<number | null>(null)

  useEffect(() => {
    // The row comes with the next drawing.
    if (wanted.current === null) return
    const link = scrollRef.current?.querySelector<HTMLElement>(`[data-rank="${wanted.current}"]`)
    if (!link) return
    wanted.current = null
    link.focus({ preventScroll: true })
  })

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const rank = rankOf(event.target)
    if (!layout || rank === null || event.ctrlKey || event.metaKey || event.altKey) return
    const next = nextRank(event.key, rank, layout, total)
    if (next === null) return
    event.preventDefault()
    setActiveRank(next)
    wanted.current = next
    show(next)
  }
  const onFocus = (event: FocusEvent<HTMLDivElement>) => setActiveRank(rankOf(event.target) ?? activeRank)
  return { activeRank, onKeyDown, onFocus }
}

function rankOf(target: EventTarget): number | null {
  const rank = target instanceof HTMLElement ? target.dataset['rank'] : undefined
  return rank === undefined ? null : Number(rank)
}

function nextRank(key: string, rank: number, { columns, rowPx, viewPx }: Layout, total: number): number | null {
  const pageRanks = Math.max(1, Math.floor(viewPx / rowPx)) * columns
  const steps: Record<string, number> = {
    ...{ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns },
    ...{ PageUp: -pageRanks, PageDown: pageRanks, Home: -rank, End: total - 1 - rank },
  }
  const step = steps[key]
  return step === undefined ? null : Math.min(Math.max(0, rank + step), total - 1)
}
