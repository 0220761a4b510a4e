import { z } from 'zod'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { hashInvitationToken } from './invitation-token.ts'
import type { Role } from './role.ts'

export const FindInvitationInput = z.object({ token: z.string().min(1).max(200) })
export type FindInvitationInput = z.infer<typeof FindInvitationInput>

export interface OpenInvitation {
  purpose: 'first_administrator' | 'member' | 'password_reset'
  role: Role
  /** Settled when the link was made, or the account whose password it resets; null: the guest says it. */
  email: string | null
}

/** What a link that still works is for; null when it does not work. Whoever holds the link may ask. */
export async function findInvitation(ctx: Context, input: FindInvitationInput): Promise<OpenInvitation | null> {
  const { token } = parseInput(FindInvitationInput, input)
  const found = await ctx.db.invitation.findFirst({
    where: { tokenHash: hashInvitationToken(token), usedAt: null, revokedAt: null, expiresAt: { gt: ctx.now() } },
    select: { purpose: true, role: true, email: true },
  })
  return found
}
