import { appendUpload } from '#lib/services/uploads/append-upload'
import { getUpload } from '#lib/services/uploads/get-upload'
import { route } from '../../../_server/route'

const headers = { 'cache-control': 'no-store' }

/** How far it has come. */
export const GET = route<{ id: string }>(async ({ ctx, params: { id } }) => Response.json(await getUpload(ctx, { id }), { headers }))

/** The part that begins at `offset`, as the request's body; answers once it is on the disk. */
export const PUT = route<{ id: string }>(async ({ ctx, request, params: { id } }) => {
  const declared = request.headers.get('content-length')
  const offset = Number(new URL(request.url).searchParams.get('offset') ?? Number.NaN)
  const declaredBytes = declared === null ? null : Number(declared)
  return Response.json(await appendUpload(ctx, { id, offset, body: request.body, declaredBytes }), { headers })
})
