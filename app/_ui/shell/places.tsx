import type { ReactNode } from 'react'

export interface Place {
  label: string
  href: string
  icon: ReactNode
  /** What the command palette says about it. */
  about: string
}

/** The places of the lab, in the order of the rail. Icons are drawn on a grid of 16. */
export const places: Place[] = [
  { label: 'Now', href: '/', about: 'What runs, what finished, what waits for review', icon: <path d="M2 9h3l2-5 3 9 2-4h2" /> },
  {
    label: 'Datasets',
    href: '/datasets',
    about: 'Imported images and texts',
    icon: <path d="M2.5 3.5h11v9h-11zM2.5 10l3-3 3 3 2-2 3 3M10.5 6h.01" />,
  },
  {
    label: 'Ablations',
    href: '/ablations',
    about: 'Grids of runs',
    icon: <path d="M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM9.5 9.5h4v4h-4z" />,
  },
  { label: 'Runs', href: '/runs', about: 'Every run of every ablation', icon: <path d="M2.5 13.5v-11M2.5 13.5h11M5 10.5l3-4 2 2 3-5" /> },
  { label: 'Queue', href: '/queue', about: 'Workers and what waits for them', icon: <path d="M2.5 4h11M2.5 8h8M2.5 12h5" /> },
  {
    label: 'Codebooks',
    href: '/codebooks',
    about: 'Codewords and the patches they collect',
    icon: <path d="M8 4.5C6.5 3 4.5 3 2.5 3v9c2 0 4 0 5.5 1.5 1.5-1.5 3.5-1.5 5.5-1.5V3c-2 0-4 0-5.5 1.5zM8 4.5v9" />,
  },
  { label: 'Reviews', href: '/reviews', about: 'Verdicts and comments', icon: <path d="M2.5 3h11v8h-6l-3 2.5V11h-2zM5.5 7l2 1.5 3-3" /> },
]

export const settings: Place = {
  label: 'Settings',
  href: '/settings',
  about: 'Members, my account, about',
  icon: <path d="M2 5h7M12 5h2M2 11h2M7 11h7M9 3.5h3v3H9zM4 9.5h3v3H4z" />,
}

export function isAt(pathname: string, place: Place): boolean {
  return place.href === '/' ? pathname === '/' : pathname === place.href || pathname.startsWith(`${place.href}/`)
}

export function PlaceIcon({ place }: { place: Place }) {
  return (
    <svg
      viewBox="0 0 16 16"
      className="size-4 shrink-0 fill-none stroke-current"
      strokeWidth="1.3"
      strokeLinejoin="round"
      strokeLinecap="round"
      aria-hidden="true"
    >
      {place.icon}
    </svg>
  )
}
