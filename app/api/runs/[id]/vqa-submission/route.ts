import { getVqaSubmission } from '#lib/services/evaluations/vqa-submission'
import { route } from '../../../../_server/route'

/** The answers of a run to the test split, as the VQA evaluation server takes them. */
export const GET = route<{ id: string }>(async ({ ctx, params }) => {
  const answers = await getVqaSubmission(ctx, { runId: params.id })
  return new Response(JSON.stringify(answers), {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="vqa_test_results.json"',
      'cache-control': 'no-store',
    },
  })
})
