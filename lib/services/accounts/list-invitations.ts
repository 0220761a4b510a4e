import { permit, type Context } from '../context.ts'
import type { Role } from './role.ts'

export interface InvitationView {
  id: string
  purpose: 'first_administrator' | 'member' | 'password_reset'
  role: Role
  email: string | null
  createdAt: Date
  expiresAt: Date
}

/** Links that still work, newest first; at most 200. */
export async function listInvitations(ctx: Context): Promise<InvitationView[]> {
  permit(ctx, 'administrator')
  return ctx.db.invitation.findMany({
    where: { usedAt: null, revokedAt: null, expiresAt: { gt: ctx.now() } },
    select: { id: true, purpose: true, role: true, email: true, createdAt: true, expiresAt: true },
    orderBy: { createdAt: 'desc' },
    take: 200,
  })
}
