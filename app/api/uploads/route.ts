import { createUpload, type CreateUploadInput } from '#lib/services/uploads/create-upload'
import type { z } from 'zod'
import { route } from '../../_server/route'

/** Begins an upload; its parts go to its own address. */
export const POST = route(async ({ ctx, request }) => {
  // The verb parses it: what a browser sends is unknown whatever its type says.
  const input = (await request.json().catch(() => ({}))) as z.input<typeof CreateUploadInput>
  return Response.json(await createUpload(ctx, input), { status: 201, headers: { 'cache-control': 'no-store' } })
})
