import { redirect } from 'next/navigation'
import { createContext, type Context } from '#lib/services/context'
import { currentSession } from './session'

/** The context of a page: its signed-in member. Anybody else is sent to the sign-in page. */
export async function pageContext(): Promise<Context> {
  const session = await currentSession()
  if (!session) redirect('/sign-in')
  return createContext(session.actor)
}
