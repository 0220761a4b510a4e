import { z } from 'zod'
import { notFound } from '#lib/errors'
import { actorId, audit, permit, type Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { createInvitationToken, invitationExpiry, invitationLink } from './invitation-token.ts'

export const CreatePasswordResetInput = z.object({ email: z.string().trim().toLowerCase().min(1).max(200) })
export type CreatePasswordResetInput = z.input<typeof CreatePasswordResetInput>

/** A one-time link with which the member sets a new password. An earlier link of the member's ends; the old password works until then. */
export async function createPasswordReset(ctx: Context, input: CreatePasswordResetInput): Promise<{ link: string; expiresAt: Date }> {
  permit(ctx, 'administrator')
  const { email } = parseInput(CreatePasswordResetInput, input)
  const { token, tokenHash } = createInvitationToken()
  const now = ctx.now()
  const expiresAt = invitationExpiry(now)
  await ctx.db.$transaction(async (tx) => {
    const user = await tx.user.findFirst({ where: { email, removedAt: null }, select: { id: true, role: true } })
    if (!user) throw notFound(`A member with the address ${email}`)
    await tx.invitation.updateMany({ where: { userId: user.id, usedAt: null, revokedAt: null }, data: { revokedAt: now } })
    await tx.invitation.create({
      data: {
        tokenHash,
        purpose: 'password_reset',
        role: user.role,
        email,
        userId: user.id,
        createdById: actorId(ctx),
        createdAt: now,
        expiresAt,
      },
    })
    await audit(tx, ctx, { action: 'password.reset-link', subjectType: 'user', subjectId: user.id })
  })
  return { link: invitationLink(token), expiresAt }
}
