import { fork } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { hasArtifact, readArtifact } from '#lib/artifacts'
import { env } from '#lib/env'
import type { Role } from '#lib/generated/prisma/enums'
import { createImport } from '#lib/services/imports/create-import'
import { appendUpload } from '#lib/services/uploads/append-upload'
import { collectUploads } from '#lib/services/uploads/collect-uploads'
import { createUpload } from '#lib/services/uploads/create-upload'
import { getUpload } from '#lib/services/uploads/get-upload'
import { uploadPath } from '#lib/services/uploads/upload-file'
import { partLimitBytes, uploadLimitBytes, type UploadView } from '#lib/services/uploads/upload-view'
import { memberContext } from '../../../tests/member-context'
import { sessionCookie } from '../../../tests/session-cookie'
import { GET, PUT } from './[id]/route'
import { POST } from './route'

const origin = 'http://127.0.0.1:3000'
const cookies = new Map<Role, string>()
const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

beforeAll(async () => {
  for (const role of ['viewer', 'editor', 'administrator'] as const) cookies.set(role, await sessionCookie(role))
})

const headersOf = (role: Role | null, more: Record<string, string>) => ({
  origin,
  ...(role ? { cookie: cookies.get(role) ?? '' } : {}),
  ...more,
})

function begin(role: Role | null, sizeBytes: number, more: Record<string, string> = {}): Promise<Response> {
  const body = JSON.stringify({ name: 'images.zip', sizeBytes })
  const request = new Request(`${origin}/api/uploads`, { method: 'POST', body, headers: headersOf(role, more) })
  return POST(request, { params: Promise.resolve({}) })
}

function send(
  id: string,
  offset: number | string,
  bytes: Buffer,
  more: Record<string, string> = {},
  role: Role = 'editor',
): Promise<Response> {
  const init = { method: 'PUT', body: new Uint8Array(bytes), headers: headersOf(role, more) }
  return PUT(new Request(`${origin}/api/uploads/${id}?offset=${offset}`, init), { params: Promise.resolve({ id }) })
}

async function look(id: string, role: Role = 'editor'): Promise<Response> {
  return GET(new Request(`${origin}/api/uploads/${id}`, { headers: headersOf(role, {}) }), { params: Promise.resolve({ id }) })
}

async function begun(sizeBytes: number): Promise<UploadView> {
  const response = await begin('editor', sizeBytes)
  expect(response.status).toBe(201)
  return (await response.json()) as UploadView
}

test('nobody, a viewer and a foreign page may not upload, nor another member look or go on', async () => {
  expect((await begin(null, 10)).status).toBe(401)
  expect((await begin('viewer', 10)).status).toBe(403)
  expect((await begin('editor', 10, { origin: 'https://elsewhere.example' })).status).toBe(403)
  const { id } = await begun(10)
  expect((await look(id, 'administrator')).status).toBe(404)
  expect((await send(id, 0, Buffer.alloc(10), {}, 'administrator')).status).toBe(404)
  expect((await send(id, 0, Buffer.alloc(10), { origin: 'https://elsewhere.example' })).status).toBe(403)
})

test('parts become one file, named by its content; asked again, it is the same', async () => {
  const bytes = randomBytes(1000)
  const { id, receivedBytes, digest } = await begun(bytes.length)
  expect([receivedBytes, digest]).toEqual([0, null])
  expect(await (await send(id, 0, bytes.subarray(0, 700))).json()).toMatchObject({ receivedBytes: 700, digest: null })
  expect(await (await send(id, 700, bytes.subarray(700))).json()).toMatchObject({ receivedBytes: 1000, digest: digestOf(bytes) })
  expect(await readArtifact(digestOf(bytes))).toEqual(bytes)
  expect(await (await look(id)).json()).toMatchObject({ receivedBytes: 1000, digest: digestOf(bytes) })
  expect(await (await send(id, 1000, Buffer.alloc(0))).json()).toMatchObject({ digest: digestOf(bytes) })
  expect(await readdir(path.join(env().dataDir, 'uploads'))).not.toContain(id)
})

test('cut in the middle, it goes on where the last whole part ended; a part at the wrong place is refused with the right one', async () => {
  const bytes = randomBytes(900)
  const { id } = await begun(bytes.length)
  await send(id, 0, bytes.subarray(0, 300))
  const cut = await send(id, 300, bytes.subarray(300, 500), { 'content-length': '300' })
  expect(cut.status).toBe(400)
  expect(await cut.json()).toMatchObject({ error: { message: 'The part was cut off: 200 of 300 bytes arrived.' } })
  expect(await (await look(id)).json()).toMatchObject({ receivedBytes: 300 })
  for (const offset of [0, 200, 301, 900]) {
    const wrong = await send(id, offset, bytes.subarray(300, 600))
    expect(wrong.status).toBe(409)
    expect(await wrong.json()).toMatchObject({ error: { fields: { receivedBytes: '300' } } })
  }
  expect((await send(id, 300, bytes)).status).toBe(400)
  for (const offset of ['', 'x', '-1', '1.5']) expect((await send(id, offset || 'NaN', bytes.subarray(300))).status).toBe(400)
  expect(await (await send(id, 300, bytes.subarray(300))).json()).toMatchObject({ digest: digestOf(bytes) })
})

test('two senders of one part: one is taken, the other is told where to go on', async () => {
  const bytes = randomBytes(600)
  const { id } = await begun(bytes.length)
  const answers = await Promise.all([send(id, 0, bytes.subarray(0, 300)), send(id, 0, bytes.subarray(0, 300))])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  expect(await (await send(id, 300, bytes.subarray(300))).json()).toMatchObject({ digest: digestOf(bytes) })
})

test('sizes have limits, announced or not', async () => {
  expect((await begin('editor', uploadLimitBytes + 1)).status).toBe(413)
  expect((await begin('editor', 0)).status).toBe(400)
  const { id } = await begun(uploadLimitBytes / 1024)
  expect((await send(id, 0, Buffer.alloc(10), { 'content-length': String(partLimitBytes + 1) })).status).toBe(413)
  expect((await send(id, 0, Buffer.alloc(partLimitBytes + 1))).status).toBe(413)
  expect(await (await look(id)).json()).toMatchObject({ receivedBytes: 0 })
})

test('a process killed between two parts loses none that it acknowledged', { timeout: 120_000 }, async () => {
  const bytes = randomBytes(4_000_000)
  const file = path.join(env().dataDir, 'sent.bin')
  await writeFile(file, bytes)
  const ctx = await memberContext('editor', 'sender')
  const { id } = await createUpload(ctx, { name: 'sent.bin', sizeBytes: bytes.length })
  const child = fork(path.resolve('tests/send-parts.ts'), ['sender', id, file, '20000'], { execArgv: [], stdio: 'ignore' })
  let acknowledged = 0
  child.on('message', (offset: number) => {
    acknowledged = offset
    if (offset >= 1_000_000) child.kill('SIGKILL')
  })
  await once(child, 'exit')
  expect(acknowledged).toBeGreaterThanOrEqual(1_000_000)
  const { receivedBytes } = await getUpload(ctx, { id })
  expect(receivedBytes).toBeGreaterThanOrEqual(acknowledged)
  expect(receivedBytes).toBeLessThan(bytes.length)
  const again = fork(path.resolve('tests/send-parts.ts'), ['sender', id, file, '20000'], { execArgv: [], stdio: 'ignore' })
  await once(again, 'exit')
  // It began at the start, as somebody would who knows nothing: refused, and nothing is lost.
  expect((await getUpload(ctx, { id })).receivedBytes).toBe(receivedBytes)
  const body = new Blob([bytes.subarray(receivedBytes)]).stream()
  expect(await appendUpload(ctx, { id, offset: receivedBytes, body, declaredBytes: null })).toMatchObject({ digest: digestOf(bytes) })
})

test('where the disk holds less than was acknowledged, the upload goes on from there', async () => {
  const bytes = randomBytes(500)
  const { id } = await begun(bytes.length)
  await send(id, 0, bytes.subarray(0, 400))
  await truncate(uploadPath(id), 100)
  expect(await (await look(id)).json()).toMatchObject({ receivedBytes: 100 })
  expect(await (await send(id, 100, bytes.subarray(100))).json()).toMatchObject({ digest: digestOf(bytes) })
})

test('an upload that nobody touches is collected; one that is under way, or whose file is used, is kept', async () => {
  const ctx = await memberContext('editor', 'collector')
  const at = (hours: number) => ({ ...ctx, now: () => new Date(Date.now() + hours * 3600_000) })
  const create = (hours: number, sizeBytes: number) => createUpload(at(hours), { name: 'images.zip', sizeBytes })
  const files = [Buffer.from('used by an import'), Buffer.from('used by images'), Buffer.from('used by nothing')] as const
  const [named, shown, unused] = files
  // The fresh one first: whoever begins an upload collects the old ones.
  const [fresh, old] = [await create(0, 3), await create(-8 * 24, 3)]
  for (const bytes of files) {
    const { id } = await create(-8 * 24, bytes.length)
    await appendUpload(at(-8 * 24), { id, offset: 0, body: new Blob([bytes]).stream(), declaredBytes: null })
  }
  const file = { role: 'captions' as const, split: null, name: 'captions.json', artifact: digestOf(named) }
  const { datasetId } = await createImport(at(-8 * 24), { datasetName: 'named', format: 'coco_karpathy', files: [file], imageRoots: [] })
  const { id: versionId } = await ctx.db.datasetVersion.create({ data: { datasetId, number: 1, digest: 'shown', counts: {} } })
  const location = { artifact: digestOf(shown), entry: 'a.jpg', offset: 0, packedBytes: 1, isDeflated: false }
  await ctx.db.datasetImage.create({ data: { versionId, key: 'a', fileName: 'a.jpg', position: 0, digest: 'a', location } })
  expect(await collectUploads(at(2))).toBeGreaterThan(0)
  const left = await readdir(path.join(env().dataDir, 'uploads'))
  expect([left.includes(old.id), left.includes(fresh.id)]).toEqual([false, true])
  await expect(getUpload(ctx, { id: old.id })).rejects.toMatchObject({ code: 'not-found' })
  expect(await getUpload(ctx, { id: fresh.id })).toMatchObject({ receivedBytes: 0 })
  expect(await Promise.all(files.map((bytes) => hasArtifact(digestOf(bytes))))).toEqual([true, true, false])
  const missing = createImport(ctx, {
    datasetName: 'late',
    format: 'coco_karpathy',
    files: [{ ...file, artifact: digestOf(unused) }],
    imageRoots: [],
  })
  await expect(missing).rejects.toMatchObject({ code: 'invalid' })
})
