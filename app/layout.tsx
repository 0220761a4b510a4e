import '@fontsource-variable/inter'
import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import './globals.css'
import { Providers } from './_ui/providers'

export const metadata: Metadata = {
  title: { default: 'SOHO Lab', template: '%s · SOHO Lab' },
  description: 'Ablations of a visual dictionary: launch, watch, compare, review.',
}
export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' }

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined
  return (
    <html lang="en" suppressHydrationWarning>
      <body>
        <Providers nonce={nonce}>{children}</Providers>
      </body>
    </html>
  )
}
