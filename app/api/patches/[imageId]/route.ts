import { getPatch } from '#lib/services/codebooks/get-patch'
import { route } from '../../../_server/route'

/** `?x=&y=&width=&height=` in pixels of the stored image. Neither image nor place ever changes behind one address. */
export const GET = route<{ imageId: string }>(async ({ ctx, request, params }) => {
  const search = new URL(request.url).searchParams
  const number = (name: string) => Number(search.get(name) ?? Number.NaN)
  const box = { x: number('x'), y: number('y'), width: number('width'), height: number('height') }
  const { bytes, mediaType } = await getPatch(ctx, { imageId: params.imageId, ...box })
  return new Response(bytes, {
    headers: {
      'content-type': mediaType,
      'cache-control': 'private, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'same-origin',
    },
  })
})
