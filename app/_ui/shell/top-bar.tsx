'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { ConnectionState } from '../../_live/connection-state'
import { TRAIL_PLACE_ID } from '../trail'
import type { Me } from './me'
import { MeMenu } from './me-menu'
import { PaletteButton } from './palette-button'
import { PhoneMenu } from './phone-menu'
import { isAt, places, settings } from './places'

/** Where you are, how to get elsewhere, whether the page is live, who you are. */
export function TopBar({ me }: { me: Me }) {
  const pathname = usePathname()
  const place = [...places, settings].find((candidate) => isAt(pathname, candidate))
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-3 border-b border-line bg-bg px-4 sm:px-6">
      <PhoneMenu />
      <nav aria-label="Path" className="flex min-w-0 flex-1 items-center">
        <div id={TRAIL_PLACE_ID} className="peer min-w-0" />
        {place && (
          <Link href={place.href} className="truncate font-medium peer-[:not(:empty)]:hidden">
            {place.label}
          </Link>
        )}
      </nav>
      <PaletteButton />
      <ConnectionState />
      <MeMenu me={me} />
    </header>
  )
}
