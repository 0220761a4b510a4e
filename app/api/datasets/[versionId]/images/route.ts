import { findImages, routePatienceMs } from '#lib/services/datasets/find-images'
import { readFilter } from '#lib/services/datasets/image-filter'
import { route } from '../../../../_server/route'

/** `?from=&limit=` and the filter as the page's address has it. 202: the texts are still being looked through; who asks again waits on. */
export const GET = route<{ versionId: string }>(async ({ ctx, request, params }) => {
  const search = new URL(request.url).searchParams
  const number = (name: string) => (search.has(name) ? Number(search.get(name)) : undefined)
  const filter = readFilter((name) => search.get(name) ?? '')
  const wanted = { versionId: params.versionId, filter, from: number('from'), limit: number('limit') }
  const list = await findImages(ctx, wanted, routePatienceMs, request.signal)
  return Response.json(list ?? { images: null }, { status: list ? 200 : 202, headers: { 'cache-control': 'no-store' } })
})
