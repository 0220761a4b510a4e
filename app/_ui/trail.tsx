'use client'

import Link from 'next/link'
import { useSyncExternalStore } from 'react'
import { createPortal } from 'react-dom'

export interface TrailStep {
  label: string
  href: string
}

export const TRAIL_PLACE_ID = 'trail'

const never = () => () => undefined
const findPlace = () => document.getElementById(TRAIL_PLACE_ID)

/** The path to this page, shown in the top bar whatever page declares it. */
export function Trail({ steps, current }: { steps: TrailStep[]; current: string }) {
  const place = useSyncExternalStore(never, findPlace, () => null)
  if (!place) return null
  return createPortal(
    <ol className="flex min-w-0 items-center gap-2">
      {steps.map((step, i) => (
        // A phone has room for the page above only.
        <li key={step.href} className={`min-w-0 items-center gap-2 text-muted ${i < steps.length - 1 ? 'hidden sm:flex' : 'flex'}`}>
          <Link href={step.href} className="truncate hover:text-text hover:underline">
            {step.label}
          </Link>
          <span aria-hidden="true">/</span>
        </li>
      ))}
      <li aria-current="page" className="min-w-0 truncate font-medium">
        {current}
      </li>
    </ol>,
    place,
  )
}
