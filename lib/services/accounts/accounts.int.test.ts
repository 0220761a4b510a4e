import { expect, test } from 'vitest'
import { db } from '#lib/db'
import { createContext, systemContext, type Context } from '../context.ts'
import { acceptInvitation } from './accept-invitation.ts'
import { auth } from './auth.ts'
import { changePassword } from './change-password.ts'
import { changeRole } from './change-role.ts'
import { createPasswordReset } from './create-password-reset.ts'
import { findInvitation } from './find-invitation.ts'
import { inviteFirstAdministrator } from './invite-first-administrator.ts'
import { inviteMember } from './invite-member.ts'
import { listInvitations } from './list-invitations.ts'
import { readSession } from './read-session.ts'
import { removeMember } from './remove-member.ts'
import { revokeInvitation } from './revoke-invitation.ts'
import { revokeOtherSessions } from './revoke-other-sessions.ts'
import type { Role } from './role.ts'

const password = 'correct horse battery'
const anonymous = () => createContext({ kind: 'anonymous' })
const system = () => systemContext('test')
const tokenOf = (link: string) => link.split('/').at(-1) ?? ''

async function join(role: Role, email: string): Promise<Context> {
  const { link } = await inviteMember(system(), { role, email })
  await acceptInvitation(anonymous(), { token: tokenOf(link), name: email.split('@')[0], password })
  const user = await db().user.findUniqueOrThrow({ where: { email } })
  return createContext({ kind: 'user', userId: user.id, name: user.name, role })
}

/** Each caller has an address of its own: attempts are counted by address. */
async function signIn(email: string, tried = password, address = '192.0.2.1'): Promise<Response> {
  return auth().handler(
    new Request('http://127.0.0.1:3000/api/auth/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'http://127.0.0.1:3000', 'x-forwarded-for': address },
      body: JSON.stringify({ email, password: tried }),
    }),
  )
}

async function cookieOf(email: string, tried = password): Promise<Headers> {
  const response = await signIn(email, tried, `192.0.2.${10 + Math.floor(Math.random() * 200)}`)
  expect(response.status).toBe(200)
  return new Headers({
    cookie: response.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; '),
  })
}

test('the first administrator comes by a link, of which the latest alone works, and then there is no other', async () => {
  const earlier = await inviteFirstAdministrator(system())
  const link = await inviteFirstAdministrator(system())
  const account = { name: 'Ada', email: 'Ada@Example.org', password }
  await expect(acceptInvitation(anonymous(), { ...account, token: tokenOf(earlier ?? '') })).rejects.toMatchObject({ code: 'not-found' })
  await acceptInvitation(anonymous(), { ...account, token: tokenOf(link ?? '') })
  expect(await inviteFirstAdministrator(system())).toBeNull()
  const session = await readSession(await cookieOf('ada@example.org'))
  expect(session?.actor).toMatchObject({ name: 'Ada', role: 'administrator' })
})

test('two who use one invitation at the same moment get one account', async () => {
  const { link } = await inviteMember(system(), { role: 'editor' })
  const uses = ['one', 'two'].map((name) =>
    acceptInvitation(anonymous(), { token: tokenOf(link), name, email: `${name}@example.org`, password }),
  )
  const outcomes = await Promise.allSettled(uses)
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await db().user.count({ where: { email: { in: ['one@example.org', 'two@example.org'] } } })).toBe(1)
})

test('an invitation that has expired, was revoked, or is for another address makes no account', async () => {
  const { link } = await inviteMember(system(), { role: 'viewer' })
  const later = { ...anonymous(), now: () => new Date(Date.now() + 8 * 24 * 3600 * 1000) }
  const account = { name: 'Late', email: 'late@example.org', password }
  await expect(acceptInvitation(later, { ...account, token: tokenOf(link) })).rejects.toMatchObject({ code: 'not-found' })
  expect(await findInvitation(later, { token: tokenOf(link) })).toBeNull()
  const revoked = await inviteMember(system(), { role: 'viewer' })
  await revokeInvitation(system(), { id: revoked.id })
  await expect(acceptInvitation(anonymous(), { ...account, token: tokenOf(revoked.link) })).rejects.toMatchObject({ code: 'not-found' })
  const bound = await inviteMember(system(), { role: 'viewer', email: 'bound@example.org' })
  expect(await acceptInvitation(anonymous(), { ...account, token: tokenOf(bound.link) })).toEqual({ email: 'bound@example.org' })
})

test('a refused form leaves the invitation usable, and no token is stored', async () => {
  const { link } = await inviteMember(system(), { role: 'viewer' })
  const token = tokenOf(link)
  await expect(
    acceptInvitation(anonymous(), { token, name: 'Short', email: 's@example.org', password: 'too short' }),
  ).rejects.toMatchObject({
    fields: { password: expect.stringContaining('12') },
  })
  await expect(acceptInvitation(anonymous(), { token, name: '', email: 's@example.org', password })).rejects.toMatchObject({
    fields: { name: expect.any(String) },
  })
  expect(await findInvitation(anonymous(), { token })).toMatchObject({ role: 'viewer' })
  expect(JSON.stringify(await db().invitation.findMany())).not.toContain(token)
})

test('viewers and editors neither invite nor see invitations, and change no role', async () => {
  for (const role of ['viewer', 'editor'] as const) {
    const ctx = await join(role, `no-${role}@example.org`)
    const own = ctx.actor.kind === 'user' ? ctx.actor.userId : ''
    await expect(inviteMember(ctx, { role: 'administrator' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(listInvitations(ctx)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(changeRole(ctx, { userId: own, role: 'administrator' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(removeMember(ctx, { userId: own })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(createPasswordReset(ctx, { email: 'ada@example.org' })).rejects.toMatchObject({ code: 'forbidden' })
  }
  await expect(inviteMember(anonymous(), { role: 'viewer' })).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('two administrators who remove each other at once leave one, who can be neither removed nor demoted', async () => {
  const second = await join('administrator', 'second@example.org')
  const ada = await db().user.findUniqueOrThrow({ where: { email: 'ada@example.org' } })
  const secondId = second.actor.kind === 'user' ? second.actor.userId : ''
  const outcomes = await Promise.allSettled([
    removeMember(system(), { userId: ada.id }),
    changeRole(system(), { userId: secondId, role: 'viewer' }),
  ])
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const left = await db().user.findMany({ where: { role: 'administrator', removedAt: null } })
  expect(left).toHaveLength(1)
  const userId = left[0]?.id ?? ''
  await expect(removeMember(system(), { userId })).rejects.toMatchObject({ code: 'conflict' })
  await expect(changeRole(system(), { userId, role: 'editor' })).rejects.toMatchObject({ code: 'conflict' })
})

test('a removed member’s session ends at once, the password no longer works, and a new invitation brings the member back', async () => {
  const member = await join('editor', 'gone@example.org')
  const cookie = await cookieOf('gone@example.org')
  const userId = member.actor.kind === 'user' ? member.actor.userId : ''
  await removeMember(system(), { userId })
  expect(await readSession(cookie)).toBeNull()
  expect((await signIn('gone@example.org', password, '192.0.2.3')).status).toBe(401)
  await join('viewer', 'gone@example.org')
  expect((await readSession(await cookieOf('gone@example.org')))?.actor).toMatchObject({ userId, role: 'viewer' })
})

test('a changed role holds from the next request on', async () => {
  const member = await join('viewer', 'rising@example.org')
  const cookie = await cookieOf('rising@example.org')
  await changeRole(system(), { userId: member.actor.kind === 'user' ? member.actor.userId : '', role: 'editor' })
  expect((await readSession(cookie))?.actor.role).toBe('editor')
})

test('a reset link sets a new password once and ends every session; the old password works no more', async () => {
  await join('viewer', 'forgetful@example.org')
  const cookie = await cookieOf('forgetful@example.org')
  const { link } = await createPasswordReset(system(), { email: 'Forgetful@example.org' })
  await acceptInvitation(anonymous(), { token: tokenOf(link), password: 'another long one' })
  expect(await readSession(cookie)).toBeNull()
  expect((await signIn('forgetful@example.org', password, '192.0.2.4')).status).toBe(401)
  await cookieOf('forgetful@example.org', 'another long one')
  await expect(acceptInvitation(anonymous(), { token: tokenOf(link), password })).rejects.toMatchObject({ code: 'not-found' })
})

test('a member signs out elsewhere and changes the own password only with the current one', async () => {
  const member = await join('viewer', 'careful@example.org')
  const [here, elsewhere] = [await cookieOf('careful@example.org'), await cookieOf('careful@example.org')]
  const session = await readSession(here)
  expect(await revokeOtherSessions(member, { keepId: session?.sessionId ?? '' })).toEqual({ count: 1 })
  expect(await readSession(elsewhere)).toBeNull()
  expect(await readSession(here)).not.toBeNull()
  const wrong = changePassword(member, { currentPassword: 'not the right one', newPassword: 'a new long password' })
  await expect(wrong).rejects.toMatchObject({ fields: { currentPassword: expect.any(String) } })
  await changePassword(member, { currentPassword: password, newPassword: 'a new long password' })
  expect(await readSession(here)).toBeNull()
  await cookieOf('careful@example.org', 'a new long password')
})

test('guessing passwords is stopped after ten attempts a minute, whatever address the guesser claims, and nobody signs up without an invitation', async () => {
  await join('viewer', 'target@example.org')
  const statuses: number[] = []
  for (let attempt = 1; attempt <= 12; attempt++)
    statuses.push((await signIn('target@example.org', `wrong password ${attempt}`, `198.51.100.${attempt}`)).status)
  expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429])
  await expect(auth().api.signUpEmail({ body: { name: 'x', email: 'x@example.org', password } })).rejects.toThrow()
})
