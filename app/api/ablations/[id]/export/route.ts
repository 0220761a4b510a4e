import { invalid } from '#lib/errors'
import { getAblation } from '#lib/services/ablations/get-ablation'
import { route } from '../../../../_server/route'
import { exportRows } from './export-rows'
import { writeCsv } from './write-csv'

/** Every score of an ablation as a file: `?format=csv` one row a score, `?format=json` the same with the whole ablation. */
export const GET = route<{ id: string }>(async ({ ctx, request, params }) => {
  const format = new URL(request.url).searchParams.get('format') ?? 'csv'
  if (format !== 'csv' && format !== 'json') throw invalid('The format is csv or json.', { format: 'csv or json' })
  const ablation = await getAblation(ctx, { id: params.id })
  const fileName = `${ablation.name.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'ablation'}.${format}`
  const body = format === 'csv' ? writeCsv(exportRows(ablation)) : JSON.stringify({ ...ablation, scores: exportRows(ablation) }, null, 2)
  return new Response(body, {
    headers: {
      'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="${fileName}"`,
      'cache-control': 'no-store',
    },
  })
})
