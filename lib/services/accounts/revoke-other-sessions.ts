import { z } from 'zod'
import { announce } from '#lib/events'
import { audit, type Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { ownUserId } from './own-account.ts'

export const RevokeOtherSessionsInput = z.object({ keepId: z.string().min(1).max(100) })
export type RevokeOtherSessionsInput = z.infer<typeof RevokeOtherSessionsInput>

/** Signs the member out everywhere but in the session `keepId`. */
export async function revokeOtherSessions(ctx: Context, input: RevokeOtherSessionsInput): Promise<{ count: number }> {
  const userId = ownUserId(ctx)
  const { keepId } = parseInput(RevokeOtherSessionsInput, input)
  return ctx.db.$transaction(async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { userId, id: { not: keepId } } })
    await announce(tx, [`account:${userId}`])
    await audit(tx, ctx, { action: 'session.revoke', subjectType: 'user', subjectId: userId, detail: { count } })
    return { count }
  })
}
