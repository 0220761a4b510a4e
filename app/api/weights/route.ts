import type { ReadableStream as WebStream } from 'node:stream/web'
import { registerWeightFile } from '#lib/services/weights/register-weight-file'
import { route } from '../../_server/route'

/** One file of weights or word pieces as the request's body, its names as parameters; answers with what was found in it. */
export const POST = route(async ({ ctx, request }) => {
  const declared = request.headers.get('content-length')
  const { searchParams } = new URL(request.url)
  const { file, isNew } = await registerWeightFile(ctx, {
    name: searchParams.get('name') ?? '',
    fileName: searchParams.get('file') ?? undefined,
    body: request.body as WebStream<Uint8Array> | null,
    declaredBytes: declared === null ? null : Number(declared),
  })
  return Response.json({ file, isNew }, { status: isNew ? 201 : 200, headers: { 'cache-control': 'no-store' } })
})
