'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useState } from 'react'
import { classNames } from '../class-names'
import { isAt, PlaceIcon, places, settings, type Place } from './places'

/** The places of the lab at the left edge of a wide screen; collapsed, their icons alone. The browser remembers which. */
export function Rail({ isCollapsed }: { isCollapsed: boolean }) {
  const [isNarrow, setIsNarrow] = useState(isCollapsed)
  const toggle = () => {
    document.cookie = `rail=${isNarrow ? 'open' : 'collapsed'}; path=/; max-age=31536000; samesite=lax`
    setIsNarrow(!isNarrow)
  }
  return (
    <nav
      aria-label="Places"
      className={classNames(
        'sticky top-0 flex h-dvh shrink-0 flex-col border-r border-line bg-surface py-2 max-md:hidden',
        isNarrow ? 'w-12' : 'w-44',
      )}
    >
      <Link href="/" aria-label="SOHO Lab, now" className="mb-2 flex h-8 items-center px-4 font-semibold">
        {isNarrow ? 'S' : 'SOHO Lab'}
      </Link>
      <PlaceLinks isNarrow={isNarrow} />
      <button
        type="button"
        onClick={toggle}
        aria-expanded={!isNarrow}
        aria-label={isNarrow ? 'Widen the rail' : 'Narrow the rail'}
        className="mx-2 mt-1 flex h-8 items-center rounded px-2 text-muted hover:bg-hover hover:text-text"
      >
        <span aria-hidden="true" className="w-4 text-center">
          {isNarrow ? '»' : '«'}
        </span>
      </button>
    </nav>
  )
}

export function PlaceLinks({ isNarrow = false, onFollow }: { isNarrow?: boolean; onFollow?: () => void }) {
  const pathname = usePathname()
  const link = (place: Place) => (
    <Link
      href={place.href}
      onClick={onFollow}
      title={isNarrow ? place.label : undefined}
      aria-current={isAt(pathname, place) ? 'page' : undefined}
      className={classNames(
        'flex h-8 items-center gap-3 rounded px-2',
        isAt(pathname, place) ? 'bg-hover font-medium text-text' : 'text-muted hover:bg-hover hover:text-text',
      )}
    >
      <PlaceIcon place={place} />
      <span className={isNarrow ? 'sr-only' : ''}>{place.label}</span>
    </Link>
  )
  return (
    <ul className="flex flex-1 flex-col gap-0.5 px-2">
      {places.map((place) => (
        <li key={place.href}>{link(place)}</li>
      ))}
      <li className="mt-auto">{link(settings)}</li>
    </ul>
  )
}
