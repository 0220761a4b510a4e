import { expect, test } from 'vitest'
import type { Role } from '#lib/generated/prisma/enums'
import { sessionCookie } from '../../../tests/session-cookie'
import { POST } from './route'

const origin = 'http://127.0.0.1:3000'

/** A safetensors file of one tensor. */
const header = Buffer.from(JSON.stringify({ 'conv1.weight': { dtype: 'F32', shape: [1, 3, 1, 1], data_offsets: [0, 12] } }))
const length = Buffer.alloc(8)
length.writeBigUInt64LE(BigInt(header.length))
const bytes = Buffer.concat([length, header, Buffer.alloc(12)])

async function upload(role: Role | null, body: Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
  const cookie: Record<string, string> = role === null ? {} : { cookie: await sessionCookie(role) }
  const url = `${origin}/api/weights?${new URLSearchParams({ name: 'Weights, 50 %', file: 'net.safetensors' })}`
  return POST(new Request(url, { method: 'POST', body: new Uint8Array(body), headers: { origin, ...cookie, ...headers } }), {
    params: Promise.resolve({}),
  })
}

test('nobody, a viewer and a foreign page may not bring weights', async () => {
  expect((await upload(null, bytes)).status).toBe(401)
  expect((await upload('viewer', bytes)).status).toBe(403)
  expect((await upload('editor', bytes, { origin: 'https://elsewhere.example' })).status).toBe(403)
})

test('an editor does; the same content again is answered with what is there', async () => {
  const first = await upload('editor', bytes, { 'content-length': String(bytes.length) })
  expect(first.status).toBe(201)
  expect(await first.json()).toMatchObject({ isNew: true, file: { name: 'Weights, 50 %', kind: 'unknown', summary: { encoder: null } } })
  const second = await upload('editor', bytes)
  expect(second.status).toBe(200)
  expect(await second.json()).toMatchObject({ isNew: false })
})

test('a pickle is refused by its first bytes, with the way to convert it', async () => {
  const response = await upload('editor', Buffer.from('504b030400000808', 'hex'), { 'content-length': '8' })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { message: expect.stringMatching(/^net\.safetensors is a PyTorch pickle/) } })
  expect((await upload('editor', bytes, { 'content-length': String(3 * 1024 ** 3) })).status).toBe(413)
})
