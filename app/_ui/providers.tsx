'use client'

import { CSPProvider } from '@base-ui/react/csp-provider'
import { ThemeProvider, useTheme } from 'next-themes'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import type { ReactNode } from 'react'
import { Toaster } from 'sonner'

/** Theme, view state in the address, notices. */
export function Providers({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  return (
    <CSPProvider nonce={nonce}>
      <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange nonce={nonce}>
        <NuqsAdapter>{children}</NuqsAdapter>
        <Notices />
      </ThemeProvider>
    </CSPProvider>
  )
}

function Notices() {
  const { resolvedTheme } = useTheme()
  return <Toaster theme={resolvedTheme === 'dark' ? 'dark' : 'light'} position="bottom-right" closeButton />
}
