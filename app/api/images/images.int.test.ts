import { randomUUID } from 'node:crypto'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { putArtifact } from '#lib/artifacts'
import { systemContext } from '#lib/services/context'
import { sessionCookie } from '../../../tests/session-cookie'
import { GET as getImage } from './[imageId]/route'
import { GET as getThumbnail } from './[imageId]/thumbnail/route'

let cookie = ''
let imageId = ''
let missingId = ''
let bytes = Buffer.alloc(0)

beforeAll(async () => {
  cookie = await sessionCookie('viewer')
  bytes = Buffer.from(
    await sharp({ create: { width: 400, height: 300, channels: 3, background: '#27a' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer(),
  )
  const { digest } = await putArtifact(bytes)
  const images = [
    { key: '1', fileName: '1.jpg', position: 0, digest, widthPx: 300, heightPx: 400, mediaType: 'image/jpeg' },
    { key: '2', fileName: '2.jpg', position: 1 },
  ]
  const version = { number: 1, digest: 'd', counts: {}, images: { create: images } }
  const { db } = systemContext('test')
  await db.dataset.create({ data: { name: 'pictures', format: 'coco_karpathy', versions: { create: version } } })
  const stored = await db.datasetImage.findMany({ orderBy: { position: 'asc' }, select: { id: true } })
  imageId = stored[0]?.id ?? ''
  missingId = stored[1]?.id ?? ''
})

const call = (handler: typeof getImage, id: string, query = '', headers: Record<string, string> = { cookie }) =>
  handler(new Request(`http://127.0.0.1:3000/api/images/${id}${query}`, { headers }), { params: Promise.resolve({ imageId: id }) })

test('nobody sees an image without signing in; unknown and missing ones are not found', async () => {
  expect((await call(getImage, imageId, '', {})).status).toBe(401)
  expect((await call(getThumbnail, imageId, '', {})).status).toBe(401)
  expect((await call(getImage, randomUUID())).status).toBe(404)
  expect((await call(getImage, missingId)).status).toBe(404)
  expect((await call(getImage, '..%2f..%2fsecret')).status).toBe(400)
})

test('the stored bytes come unchanged, with a fixed type, and may be kept by the browser alone', async () => {
  const response = await call(getImage, imageId)
  expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes)
  expect(response.headers.get('content-type')).toBe('image/jpeg')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect(response.headers.get('cache-control')).toBe('private, max-age=31536000, immutable')
  const again = await call(getImage, imageId, '', { cookie, 'if-none-match': response.headers.get('etag') ?? '' })
  expect(again.status).toBe(304)
})

test('a thumbnail is turned as displayed and scaled to one of two sizes', async () => {
  for (const [query, widthPx, heightPx] of [
    ['?size=96', 72, 96],
    ['?size=192', 144, 192],
    ['?size=100000', 144, 192],
  ] as const) {
    const response = await call(getThumbnail, imageId, query)
    expect(response.headers.get('content-type')).toBe('image/webp')
    expect(await sharp(Buffer.from(await response.arrayBuffer())).metadata()).toMatchObject({ width: widthPx, height: heightPx })
  }
})
