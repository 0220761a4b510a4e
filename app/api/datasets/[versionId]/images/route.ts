import { readFilter } from '#lib/services/datasets/image-filter'
import { listImages } from '#lib/services/datasets/list-images'
import { route } from '../../../../_server/route'

/** `?from=&limit=` and the filter as the page's address has it. */
export const GET = route<{ versionId: string }>(async ({ ctx, request, params }) => {
  const search = new URL(request.url).searchParams
  const number = (name: string) => (search.has(name) ? Number(search.get(name)) : undefined)
  const list = await listImages(ctx, {
    versionId: params.versionId,
    filter: readFilter((name) => search.get(name) ?? ''),
    from: number('from'),
    limit: number('limit'),
  })
  return Response.json(list, { headers: { 'cache-control': 'no-store' } })
})
