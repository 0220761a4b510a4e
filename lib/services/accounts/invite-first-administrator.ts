import { audit, permitSystem, type Context } from '../context.ts'
import { createInvitationToken, invitationExpiry, invitationLink } from './invitation-token.ts'

/** The link that makes the first administrator; null when there is one. Earlier links of this kind end: only the latest one works. */
export async function inviteFirstAdministrator(ctx: Context): Promise<string | null> {
  permitSystem(ctx)
  const { token, tokenHash } = createInvitationToken()
  const now = ctx.now()
  return ctx.db.$transaction(async (tx) => {
    if (await tx.user.findFirst({ where: { role: 'administrator', removedAt: null }, select: { id: true } })) return null
    await tx.invitation.updateMany({
      where: { purpose: 'first_administrator', usedAt: null, revokedAt: null },
      data: { revokedAt: now },
    })
    const { id } = await tx.invitation.create({
      data: { tokenHash, purpose: 'first_administrator', role: 'administrator', createdAt: now, expiresAt: invitationExpiry(now) },
    })
    await audit(tx, ctx, { action: 'invitation.create', subjectType: 'invitation', subjectId: id, detail: { role: 'administrator' } })
    return invitationLink(token)
  })
}
