import { z } from 'zod'
import { notFound } from '#lib/errors'
import { audit, permit, type Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'

export const RevokeInvitationInput = z.object({ id: z.uuid() })
export type RevokeInvitationInput = z.infer<typeof RevokeInvitationInput>

export async function revokeInvitation(ctx: Context, input: RevokeInvitationInput): Promise<null> {
  permit(ctx, 'administrator')
  const { id } = parseInput(RevokeInvitationInput, input)
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.invitation.updateMany({ where: { id, usedAt: null, revokedAt: null }, data: { revokedAt: ctx.now() } })
    if (count === 0) throw notFound('The invitation')
    await audit(tx, ctx, { action: 'invitation.revoke', subjectType: 'invitation', subjectId: id })
  })
  return null
}
