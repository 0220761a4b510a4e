import { afterAll, expect, test } from 'vitest'
import { announce, closeEvents } from '#lib/events'
import { acceptInvitation } from '#lib/services/accounts/accept-invitation'
import { auth } from '#lib/services/accounts/auth'
import { inviteMember } from '#lib/services/accounts/invite-member'
import { removeMember } from '#lib/services/accounts/remove-member'
import { systemContext } from '#lib/services/context'
import { openEventStream } from './event-streams.ts'

afterAll(closeEvents)

const password = 'correct horse battery'
const say = (topics: string[]) => systemContext('test').db.$transaction((tx) => announce(tx, topics))

async function openAs(email: string, topics: string[]) {
  const { link } = await inviteMember(systemContext('test'), { role: 'viewer', email })
  await acceptInvitation(systemContext('test'), { token: link.split('/').at(-1) ?? '', name: 'Vera', password })
  const { id } = await systemContext('test').db.user.findUniqueOrThrow({ where: { email } })
  const signedIn = await auth().api.signInEmail({ body: { email, password }, asResponse: true })
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const leaving = new AbortController()
  const request = new Request('http://127.0.0.1:3000/api/events', { headers: { cookie }, signal: leaving.signal })
  const body = openEventStream(request, id, new Set(topics)).body
  if (!body) throw new Error('no body')
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  return { userId: id, leaving, next: async () => (await reader.read()).value }
}

test('a stream carries the topics it asked for and no others, until its reader leaves', async () => {
  const stream = await openAs('reader@example.org', ['run:1', 'queue'])
  expect(await stream.next()).toContain('retry:')
  const repeated = setInterval(() => void say(['run:2', 'run:1']), 100)
  expect(await stream.next()).toBe('event: topics\ndata: ["run:1"]\n\n')
  clearInterval(repeated)
  stream.leaving.abort()
  await expect.poll(stream.next).toBeUndefined()
})

test('a removed member’s open stream ends', async () => {
  const stream = await openAs('leaver@example.org', ['queue'])
  expect(await stream.next()).toContain('retry:')
  await removeMember(systemContext('test'), { userId: stream.userId })
  await expect.poll(stream.next).toBeUndefined()
})
