import { getVqaSubmission } from '#lib/services/evaluations/vqa-submission'
import type { VqaSubmissionInput } from '#lib/services/evaluations/vqa-submission'
import { route } from '../../../../_server/route'

/** The answers of a run as the VQA evaluation server takes them: `?split=test`. */
export const GET = route<{ id: string }>(async ({ ctx, request, params }) => {
  const split = new URL(request.url).searchParams.get('split') ?? 'test'
  const answers = await getVqaSubmission(ctx, { runId: params.id, split: split as VqaSubmissionInput['split'] })
  return new Response(JSON.stringify(answers), {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="vqa_${split}_results.json"`,
      'cache-control': 'no-store',
    },
  })
})
