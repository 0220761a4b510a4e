import { forbidden, unauthenticated } from '#lib/errors'
import type { Context } from '../context.ts'

/** The signed-in member's id: for what members do to their own account. */
export function ownUserId(ctx: Context): string {
  if (ctx.actor.kind === 'anonymous') throw unauthenticated()
  if (ctx.actor.kind === 'system') throw forbidden('Only a member has an account of their own.')
  return ctx.actor.userId
}
