import type { ReactNode } from 'react'
import { Rail } from './rail'
import type { Me } from './me'
import { TopBar } from './top-bar'

/** Rail, top bar and the page between them. */
export function Shell({ isCollapsed, me, children }: { isCollapsed: boolean; me: Me; children: ReactNode }) {
  return (
    <div className="flex min-h-dvh">
      <a
        href="#main"
        className="sr-only z-50 rounded bg-accent px-3 py-2 text-accent-contrast focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <Rail isCollapsed={isCollapsed} />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar me={me} />
        <main id="main" tabIndex={-1} className="min-w-0 flex-1 px-4 py-6 outline-none sm:px-6">
          {children}
        </main>
      </div>
    </div>
  )
}
