import type { Role } from '#lib/generated/prisma/enums'
import { db, type Db, type Tx } from '#lib/db'
import { forbidden, unauthenticated } from '#lib/errors'
import { log, type Log } from '#lib/log'

/** Who calls. `system` is a worker or a command on the server itself. */
export type Actor = { kind: 'user'; userId: string; name: string; role: Role } | { kind: 'system'; name: string } | { kind: 'anonymous' }

export interface Context {
  db: Db
  actor: Actor
  now: () => Date
  log: Log
}

export function createContext(actor: Actor): Context {
  return { db: db(), actor, now: () => new Date(), log: log('services') }
}

export const systemContext = (name: string): Context => createContext({ kind: 'system', name })

const rank: Record<Role, number> = { viewer: 0, editor: 1, administrator: 2 }

/** Throws unless the actor has at least this role. Every verb calls it first. */
export function permit(ctx: Context, role: Role): void {
  if (ctx.actor.kind === 'system') return
  if (ctx.actor.kind === 'anonymous') throw unauthenticated()
  if (rank[ctx.actor.role] < rank[role]) throw forbidden(`This needs the role ${role}; yours is ${ctx.actor.role}.`)
}

/** Only a worker or the server's own command line. */
export function permitSystem(ctx: Context): void {
  if (ctx.actor.kind !== 'system') throw forbidden('Only a worker may do this.')
}

/** The user's id for authorship; null for the system. */
export function actorId(ctx: Context): string | null {
  return ctx.actor.kind === 'user' ? ctx.actor.userId : null
}

/** Writes who did what to which object, in the caller's transaction. */
export async function audit(
  tx: Tx,
  ctx: Context,
  event: { action: string; subjectType: string; subjectId: string; detail?: object },
): Promise<void> {
  await tx.auditEvent.create({ data: { ...event, detail: event.detail ?? {}, actorId: actorId(ctx), at: ctx.now() } })
}
