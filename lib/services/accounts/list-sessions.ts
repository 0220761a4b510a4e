import type { Context } from '../context.ts'
import { ownUserId } from './own-account.ts'

export interface SessionView {
  id: string
  createdAt: Date
  expiresAt: Date
  ipAddress: string | null
  userAgent: string | null
}

/** Where the member is signed in, newest first; at most 100. */
export async function listSessions(ctx: Context): Promise<SessionView[]> {
  return ctx.db.session.findMany({
    where: { userId: ownUserId(ctx), expiresAt: { gt: ctx.now() } },
    select: { id: true, createdAt: true, expiresAt: true, ipAddress: true, userAgent: true },
    orderBy: { createdAt: 'desc' },
    take: 100,
  })
}
