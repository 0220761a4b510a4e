import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { Shell } from '../_ui/shell/shell'
import { currentSession } from '../_server/session'

export default async function LabLayout({ children }: { children: ReactNode }) {
  const session = await currentSession()
  if (!session) redirect('/sign-in')
  const isCollapsed = (await cookies()).get('rail')?.value === 'collapsed'
  return (
    <Shell isCollapsed={isCollapsed} me={{ name: session.actor.name, email: session.email, role: session.actor.role }}>
      {children}
    </Shell>
  )
}
