import { expect, test, vi } from 'vitest'
import { invalid } from '#lib/errors'
import { permit, systemContext, type Context } from '#lib/services/context'
import { acceptInvitation } from '#lib/services/accounts/accept-invitation'
import { auth } from '#lib/services/accounts/auth'
import { inviteMember } from '#lib/services/accounts/invite-member'

const request = { headers: new Headers() }
vi.mock('next/headers', () => ({ headers: async () => request.headers }))
const { action } = await import('./action.ts')
const { route } = await import('./route.ts')

const origin = 'http://127.0.0.1:3000'
const call = (headers: Headers, method = 'GET') => new Request(`${origin}/api/things`, { method, headers })
const noParams = { params: Promise.resolve({}) }

async function signedIn(email: string): Promise<Headers> {
  const password = 'correct horse battery'
  const { link } = await inviteMember(systemContext('test'), { role: 'viewer', email })
  await acceptInvitation(systemContext('test'), { token: link.split('/').at(-1) ?? '', name: 'Vera', password })
  const response = await auth().api.signInEmail({ body: { email, password }, asResponse: true })
  return new Headers({
    cookie: response.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; '),
  })
}

async function refuseViewers(ctx: Context): Promise<string> {
  permit(ctx, 'editor')
  return 'done'
}

test('an action answers people’s errors as data, and a defect without its details', async () => {
  request.headers = new Headers()
  expect(await action(refuseViewers)({})).toMatchObject({ ok: false, message: 'Sign in first.' })
  request.headers = await signedIn('action@example.org')
  expect(await action(refuseViewers)({})).toMatchObject({ ok: false, message: expect.stringContaining('role editor') })
  const fields = action(async () => Promise.reject(invalid('No.', { name: 'Too short.' })))
  expect(await fields({})).toEqual({ ok: false, message: 'No.', fields: { name: 'Too short.' } })
  const defect = await action(async () => Promise.reject(new Error('secret detail')))({})
  expect(JSON.stringify(defect)).not.toContain('secret detail')
  expect(await action(async () => 7)({})).toEqual({ ok: true, value: 7 })
})

test('a route answers 401 to strangers, 403 to a foreign page and to a role that is too low', async () => {
  const handler = route(async ({ ctx }) => Response.json(await refuseViewers(ctx)))
  expect((await handler(call(new Headers()), noParams)).status).toBe(401)
  const headers = await signedIn('route@example.org')
  const denied = await handler(call(headers), noParams)
  expect(denied.status).toBe(403)
  expect(await denied.json()).toMatchObject({ error: { code: 'forbidden', message: expect.stringContaining('role editor') } })
  const open = route(async () => new Response('written'))
  expect((await open(call(headers, 'POST'), noParams)).status).toBe(403)
  headers.set('origin', origin)
  expect((await open(call(headers, 'POST'), noParams)).status).toBe(200)
})
