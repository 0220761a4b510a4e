import type { Context } from '#lib/services/context'
import { findImageEtag, readImage, type ReadImageInput } from '#lib/services/datasets/read-image'
import type { z } from 'zod'

/** The bytes behind an image id never change, so a browser may keep them; nobody between it and us may. */
const cacheControl = 'private, max-age=31536000, immutable'

export async function serveImage(ctx: Context, request: Request, input: z.input<typeof ReadImageInput>): Promise<Response> {
  const etag = await findImageEtag(ctx, input)
  if (request.headers.get('if-none-match') === etag)
    return new Response(null, { status: 304, headers: { etag, 'cache-control': cacheControl } })
  const { bytes, mediaType } = await readImage(ctx, input)
  return new Response(bytes, {
    headers: {
      etag,
      'cache-control': cacheControl,
      'content-type': mediaType,
      'content-length': String(bytes.length),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'same-origin',
    },
  })
}
