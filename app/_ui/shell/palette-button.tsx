'use client'

import dynamic from 'next/dynamic'
import { useEffect, useState } from 'react'
import { buttonClasses } from '../button'
import type { PaletteView } from './palette-view'

const Palette = dynamic(() => import('./palette'), { ssr: false })

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
}

/** Opens the command palette, also by Ctrl/⌘ K; `?` opens the list of shortcuts. Its code is loaded at the first use. */
export function PaletteButton() {
  const [view, setView] = useState<PaletteView | null>(null)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        setView((current) => (current ? null : 'commands'))
      } else if (event.key === '?' && !isTyping(event.target)) setView('shortcuts')
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <button
        type="button"
        aria-keyshortcuts="Control+K"
        onClick={() => setView('commands')}
        className={`${buttonClasses({ size: 'small' })} hover:bg-hover`}
      >
        <span>Go to</span>
        <kbd className="font-sans text-xs text-muted max-sm:hidden">Ctrl K</kbd>
      </button>
      {view && <Palette view={view} onClose={() => setView(null)} />}
    </>
  )
}
