import type { AblationDetail } from '#lib/services/ablations/get-ablation'
import { stageLabels } from '#lib/services/stages/stage-kind'
import { formatCount } from '../../../_ui/format'
import { Notice } from '../../../_ui/notice'
import { Time } from '../../../_ui/time'

/** What was known of test images in the pre-training data when it was launched, and the answer that was given. */
export function LeakNotice({ answer: { leaks, reason, by, at } }: { answer: NonNullable<AblationDetail['leakAnswer']> }) {
  const parts = leaks.map(({ kind, name, test }) => `${formatCount(test)} of ${stageLabels[kind]} (${name})`)
  return (
    <Notice tone="warning" className="mb-6">
      <p>The pre-training data hold test images: {parts.join(', ')}. The scores of these tasks look better than they are.</p>
      <p className="mt-1 text-sm text-muted">
        Launched anyway by {by ?? 'the server'}, <Time at={at} />: “{reason}”
      </p>
    </Notice>
  )
}
