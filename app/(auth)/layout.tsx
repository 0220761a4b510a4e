import type { ReactNode } from 'react'

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[400px] flex-col justify-center px-6 py-12">
      <p className="mb-6 font-semibold">SOHO Lab</p>
      {children}
    </main>
  )
}
