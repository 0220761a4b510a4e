import { z } from 'zod'
import { notFound } from '#lib/errors'
import { announce } from '#lib/events'
import { audit, permit, type Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { keepAnAdministrator } from './keep-an-administrator.ts'

export const RemoveMemberInput = z.object({ userId: z.string().min(1).max(100) })
export type RemoveMemberInput = z.infer<typeof RemoveMemberInput>

/** Ends a membership: its sessions and open reset links end at once. What the member wrote stays, under the same name. */
export async function removeMember(ctx: Context, input: RemoveMemberInput): Promise<null> {
  permit(ctx, 'administrator')
  const { userId } = parseInput(RemoveMemberInput, input)
  const now = ctx.now()
  await ctx.db.$transaction(async (tx) => {
    await keepAnAdministrator(tx, userId)
    const { count } = await tx.user.updateMany({ where: { id: userId, removedAt: null }, data: { removedAt: now } })
    if (count === 0) throw notFound('The member')
    await tx.session.deleteMany({ where: { userId } })
    await tx.account.deleteMany({ where: { userId } })
    await tx.invitation.updateMany({ where: { userId, usedAt: null, revokedAt: null }, data: { revokedAt: now } })
    await announce(tx, [`account:${userId}`])
    await audit(tx, ctx, { action: 'member.remove', subjectType: 'user', subjectId: userId })
  })
  return null
}
