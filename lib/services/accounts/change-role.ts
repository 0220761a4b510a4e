import { z } from 'zod'
import { notFound } from '#lib/errors'
import { announce } from '#lib/events'
import { audit, permit, type Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { keepAnAdministrator } from './keep-an-administrator.ts'
import { Role } from './role.ts'

export const ChangeRoleInput = z.object({ userId: z.string().min(1).max(100), role: Role })
export type ChangeRoleInput = z.infer<typeof ChangeRoleInput>

export async function changeRole(ctx: Context, input: ChangeRoleInput): Promise<null> {
  permit(ctx, 'administrator')
  const { userId, role } = parseInput(ChangeRoleInput, input)
  await ctx.db.$transaction(async (tx) => {
    if (role !== 'administrator') await keepAnAdministrator(tx, userId)
    const member = await tx.user.findFirst({ where: { id: userId, removedAt: null }, select: { role: true } })
    if (!member) throw notFound('The member')
    await tx.user.update({ where: { id: userId }, data: { role } })
    await announce(tx, [`account:${userId}`])
    await audit(tx, ctx, { action: 'member.role', subjectType: 'user', subjectId: userId, detail: { from: member.role, to: role } })
  })
  return null
}
