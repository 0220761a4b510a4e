import { route } from '../../../_server/route'
import { serveImage } from '../serve-image'

export const GET = route<{ imageId: string }>(({ ctx, request, params }) =>
  serveImage(ctx, request, { id: params.imageId, thumbnailSizePx: null }),
)
