import { listPoints } from '#lib/services/metrics/list-points'
import { route } from '../../../../_server/route'

const wholeNumber = (text: string | null) => (text === null ? undefined : Number(text))

/** Metric points of a stage after a step: `?after=120&maximumPoints=1000&name=loss.itm&name=loss.mlm`. */
export const GET = route<{ stageId: string }>(async ({ ctx, request, params }) => {
  const query = new URL(request.url).searchParams
  const names = query.getAll('name')
  const found = await listPoints(ctx, {
    stageId: params.stageId,
    ...(names.length > 0 ? { names } : {}),
    afterStep: wholeNumber(query.get('after')) ?? null,
    ...(query.has('maximumPoints') ? { maximumPoints: Number(query.get('maximumPoints')) } : {}),
  })
  return Response.json(found, { headers: { 'cache-control': 'no-store' } })
})
