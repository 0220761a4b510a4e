import { route } from '../../../../_server/route'
import { serveImage } from '../../serve-image'

/** `?size=96` or `?size=192`: the longer side, in pixels. */
export const GET = route<{ imageId: string }>(({ ctx, request, params }) => {
  const size = new URL(request.url).searchParams.get('size')
  // Any other size is a size nobody may fill the cache with.
  return serveImage(ctx, request, { id: params.imageId, thumbnailSizePx: size === '96' ? 96 : 192 })
})
