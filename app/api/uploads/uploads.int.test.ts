import { createHash } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { hasArtifact, readArtifact } from '#lib/artifacts'
import type { Role } from '#lib/generated/prisma/enums'
import { sessionCookie } from '../../../tests/session-cookie'
import { POST } from './route'

const origin = 'http://127.0.0.1:3000'
const cookies = new Map<Role, string>()
const bytes = Buffer.from('{"images":[]}')
const digest = createHash('sha256').update(bytes).digest('hex')

beforeAll(async () => {
  for (const role of ['viewer', 'editor'] as const) cookies.set(role, await sessionCookie(role))
})

function upload(role: Role | null, body: Buffer, headers: Record<string, string> = {}): Promise<Response> {
  const cookie: Record<string, string> = role === null ? {} : { cookie: cookies.get(role) ?? '' }
  const request = new Request(`${origin}/api/uploads`, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { origin, ...cookie, ...headers },
  })
  return POST(request, { params: Promise.resolve({}) })
}

test('nobody, a viewer and a foreign page may not upload', async () => {
  expect((await upload(null, bytes)).status).toBe(401)
  expect((await upload('viewer', bytes)).status).toBe(403)
  expect((await upload('editor', bytes, { origin: 'https://elsewhere.example' })).status).toBe(403)
  expect(await hasArtifact(digest)).toBe(false)
})

test('an upload that arrives cut off is refused and not kept', async () => {
  const response = await upload('editor', bytes, { 'content-length': '1000' })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    error: { message: `The upload was cut off: ${bytes.length} of 1000 bytes arrived. Try again.` },
  })
  expect(await hasArtifact(digest)).toBe(false)
  expect((await upload('editor', Buffer.alloc(0))).status).toBe(400)
  expect((await upload('editor', bytes, { 'content-length': String(65 * 1024 ** 3) })).status).toBe(413)
})

test('a whole upload is named by its content', async () => {
  const response = await upload('editor', bytes, { 'content-length': String(bytes.length) })
  expect(response.status).toBe(201)
  expect(await response.json()).toEqual({ digest, sizeBytes: bytes.length })
  expect(await readArtifact(digest)).toEqual(bytes)
})
