import type { Actor } from '../context.ts'
import { auth } from './auth.ts'
import { Role } from './role.ts'

export type UserActor = Extract<Actor, { kind: 'user' }>

export interface SignedIn {
  actor: UserActor
  email: string
  sessionId: string
  expiresAt: Date
}

/** Who sent these headers; null without a valid session. Session, role and removal are read from the database every time. */
export async function readSession(headers: Headers): Promise<SignedIn | null> {
  const found = await auth().api.getSession({ headers, query: { disableCookieCache: true } })
  if (!found || found.user.removedAt) return null
  const { user, session } = found
  return {
    actor: { kind: 'user', userId: user.id, name: user.name, role: Role.parse(user.role) },
    email: user.email,
    sessionId: session.id,
    expiresAt: session.expiresAt,
  }
}
