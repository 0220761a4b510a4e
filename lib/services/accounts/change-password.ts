import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { z } from 'zod'
import { invalid, LabError } from '#lib/errors'
import { announce } from '#lib/events'
import { audit, type Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { ownUserId } from './own-account.ts'
import { Password } from './password.ts'
import { takeAttempt } from './take-attempt.ts'

export const ChangePasswordInput = z.object({ currentPassword: z.string().max(1000), newPassword: Password })
export type ChangePasswordInput = z.infer<typeof ChangePasswordInput>

/** Sets the member's own password and ends every session of theirs: they sign in again with the new one. */
export async function changePassword(ctx: Context, input: ChangePasswordInput): Promise<null> {
  const userId = ownUserId(ctx)
  const { currentPassword, newPassword } = parseInput(ChangePasswordInput, input)
  if (!(await takeAttempt(ctx, `change-password:${userId}`)))
    throw new LabError('too-many', 'Too many attempts. Wait a minute, then try again.')
  const account = await ctx.db.account.findFirst({ where: { userId, providerId: 'credential' }, select: { id: true, password: true } })
  const isRight = account?.password && (await verifyPassword({ hash: account.password, password: currentPassword }))
  if (!isRight) throw invalid('The current password is not right.', { currentPassword: 'This is not your current password.' })
  const password = await hashPassword(newPassword)
  await ctx.db.$transaction(async (tx) => {
    await tx.account.update({ where: { id: account.id }, data: { password } })
    await tx.session.deleteMany({ where: { userId } })
    await announce(tx, [`account:${userId}`])
    await audit(tx, ctx, { action: 'password.change', subjectType: 'user', subjectId: userId })
  })
  return null
}
