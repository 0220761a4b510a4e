import { hashPassword } from 'better-auth/crypto'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Tx } from '#lib/db'
import { announce } from '#lib/events'
import { conflict, invalid, LabError } from '#lib/errors'
import type { Invitation } from '#lib/generated/prisma/client'
import { audit, type Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { hashInvitationToken } from './invitation-token.ts'
import { Password } from './password.ts'

export const AcceptInvitationInput = z.object({
  token: z.string().min(1).max(200),
  /** Not asked when the link resets a password. */
  name: z.string().trim().max(80).optional(),
  email: z.email('This is no e-mail address.').max(200).optional(),
  password: Password,
})
export type AcceptInvitationInput = z.infer<typeof AcceptInvitationInput>

/** Uses a one-time link: makes the account it promises, or sets the password it resets. Anybody who holds the link may. */
export async function acceptInvitation(ctx: Context, input: AcceptInvitationInput): Promise<{ email: string }> {
  const { token, password, name, email } = parseInput(AcceptInvitationInput, input)
  const tokenHash = hashInvitationToken(token)
  const now = ctx.now()
  const usable = { tokenHash, usedAt: null, revokedAt: null, expiresAt: { gt: now } }
  if (!(await ctx.db.invitation.findFirst({ where: usable, select: { id: true } }))) throw spentLink()
  const hash = await hashPassword(password)
  return ctx.db.$transaction(async (tx) => {
    // The row is marked before anything is made: of two at once the second finds it used.
    const marked = await tx.invitation.updateMany({ where: usable, data: { usedAt: now } })
    if (marked.count === 0) throw spentLink()
    const invitation = await tx.invitation.findUniqueOrThrow({ where: { tokenHash } })
    if (invitation.purpose === 'password_reset') return resetPassword(tx, ctx, invitation, hash)
    return createAccount(tx, ctx, invitation, { name, email: invitation.email ?? email, hash })
  })
}

const spentLink = () =>
  new LabError('not-found', 'This link does not work any more: it was used, revoked or has expired. Ask for a new one.')

interface NewAccount {
  name: string | undefined
  email: string | undefined
  hash: string
}

async function createAccount(tx: Tx, ctx: Context, invitation: Invitation, { name, email, hash }: NewAccount): Promise<{ email: string }> {
  if (!name) throw invalid('Say what you are called.', { name: 'Say what you are called.' })
  if (!email) throw invalid('An e-mail address is needed to sign in.', { email: 'An e-mail address is needed to sign in.' })
  if (invitation.purpose === 'first_administrator') await refuseSecondFirst(tx)
  const address = email.toLowerCase()
  const known = await tx.user.findUnique({ where: { email: address }, select: { id: true, removedAt: true } })
  if (known && !known.removedAt) throw conflict('There is an account with this e-mail address: sign in with it.')
  const now = ctx.now()
  const user = known
    ? await tx.user.update({ where: { id: known.id }, data: { name, role: invitation.role, removedAt: null } })
    : await tx.user.create({ data: { id: randomUUID(), name, email: address, role: invitation.role, createdAt: now } })
  await writePassword(tx, user.id, hash)
  await audit(tx, ctx, {
    action: 'member.join',
    subjectType: 'user',
    subjectId: user.id,
    detail: { role: user.role, invitation: invitation.id },
  })
  return { email: user.email }
}

/** Several links may have been printed before somebody became administrator. */
async function refuseSecondFirst(tx: Tx): Promise<void> {
  if (await tx.user.findFirst({ where: { role: 'administrator', removedAt: null }, select: { id: true } }))
    throw conflict('There is an administrator already: ask for an invitation.')
}

async function resetPassword(tx: Tx, ctx: Context, invitation: Invitation, hash: string): Promise<{ email: string }> {
  const user = await tx.user.findFirst({ where: { id: invitation.userId ?? '', removedAt: null }, select: { id: true, email: true } })
  if (!user) throw spentLink()
  await writePassword(tx, user.id, hash)
  await tx.session.deleteMany({ where: { userId: user.id } })
  await announce(tx, [`account:${user.id}`])
  await audit(tx, ctx, { action: 'password.reset', subjectType: 'user', subjectId: user.id, detail: { invitation: invitation.id } })
  return { email: user.email }
}

/** The account's password, as the sign-in library stores it. */
async function writePassword(tx: Tx, userId: string, password: string): Promise<void> {
  await tx.account.deleteMany({ where: { userId, providerId: 'credential' } })
  await tx.account.create({ data: { id: randomUUID(), accountId: userId, providerId: 'credential', userId, password } })
}
