import { listLog } from '#lib/services/metrics/list-log'
import { route } from '../../../../_server/route'

/** Log lines of a stage: the newest, or those after an id, `?after=1234`. */
export const GET = route<{ stageId: string }>(async ({ ctx, request, params }) => {
  const query = new URL(request.url).searchParams
  const found = await listLog(ctx, {
    stageId: params.stageId,
    afterId: query.get('after'),
    ...(query.has('limit') ? { limit: Number(query.get('limit')) } : {}),
  })
  return Response.json(found, { headers: { 'cache-control': 'no-store' } })
})
