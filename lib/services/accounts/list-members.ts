import { permit, type Context } from '../context.ts'
import type { Role } from './role.ts'

export interface MemberView {
  id: string
  name: string
  email: string
  role: Role
  createdAt: Date
  /** When the newest session began; null: never, or all sessions have ended. */
  signedInAt: Date | null
}

/** Everybody who can sign in, by name; at most 1,000. */
export async function listMembers(ctx: Context): Promise<MemberView[]> {
  permit(ctx, 'viewer')
  const members = await ctx.db.user.findMany({
    where: { removedAt: null },
    select: {
      id: true,
      name: true,
      email: true,
      role: true,
      createdAt: true,
      sessions: { select: { createdAt: true }, orderBy: { createdAt: 'desc' }, take: 1 },
    },
    orderBy: [{ name: 'asc' }, { email: 'asc' }],
    take: 1000,
  })
  return members.map(({ sessions, ...member }) => ({ ...member, signedInAt: sessions[0]?.createdAt ?? null }))
}
