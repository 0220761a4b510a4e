import { z } from 'zod'
import { conflict } from '#lib/errors'
import { actorId, audit, permit, type Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { createInvitationToken, invitationExpiry, invitationLink } from './invitation-token.ts'
import { Role } from './role.ts'

export const InviteMemberInput = z.object({
  role: Role,
  /** When given, only an account with this address can be made. */
  email: z
    .union([z.literal('').transform(() => undefined), z.email('This is no e-mail address.').max(200)])
    .optional()
    .transform((email) => email?.toLowerCase()),
})
export type InviteMemberInput = z.input<typeof InviteMemberInput>

/** Makes a one-time link that lets somebody in. The link is shown once: only its hash is kept. */
export async function inviteMember(ctx: Context, input: InviteMemberInput): Promise<{ id: string; link: string; expiresAt: Date }> {
  permit(ctx, 'administrator')
  const { role, email } = parseInput(InviteMemberInput, input)
  const { token, tokenHash } = createInvitationToken()
  const now = ctx.now()
  const expiresAt = invitationExpiry(now)
  return ctx.db.$transaction(async (tx) => {
    if (email && (await tx.user.findFirst({ where: { email, removedAt: null }, select: { id: true } })))
      throw conflict('There is a member with this e-mail address.')
    const { id } = await tx.invitation.create({
      data: { tokenHash, purpose: 'member', role, email, createdById: actorId(ctx), createdAt: now, expiresAt },
    })
    await audit(tx, ctx, { action: 'invitation.create', subjectType: 'invitation', subjectId: id, detail: { role, email: email ?? null } })
    return { id, link: invitationLink(token), expiresAt }
  })
}
