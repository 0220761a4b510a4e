import type { ReadableStream as WebStream } from 'node:stream/web'
import { storeUpload } from '#lib/services/imports/store-upload'
import { route } from '../../_server/route'

/** One file as the request's body; answers with the digest that an import names it by. */
export const POST = route(async ({ ctx, request }) => {
  const declared = request.headers.get('content-length')
  const body = request.body as WebStream<Uint8Array> | null
  const { digest, sizeBytes } = await storeUpload(ctx, { body, declaredBytes: declared === null ? null : Number(declared) })
  return Response.json({ digest, sizeBytes }, { status: 201, headers: { 'cache-control': 'no-store' } })
})
