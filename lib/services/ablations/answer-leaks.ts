import type { Tx } from '#lib/db'
import { invalid } from '#lib/errors'
import type { Context } from '../context.ts'
import type { CreateAblationInput } from './create-ablation-input.ts'
import { findLeaks, leakWarnings, testLeaks } from './find-leaks.ts'
import type { PlanDatasetDetails } from './read-plan-datasets.ts'
import type { StoredLeakAnswer } from './stored-ablation.ts'

const shortestReason = 3

/**
 * What is kept of a launch whose pre-training data hold test images of its tasks; null when they hold none.
 * @throws LabError when it is not said why it is launched all the same
 */
export async function answerLeaks(
  ctx: Context,
  tx: Tx,
  { leakReason = '' }: CreateAblationInput,
  datasets: PlanDatasetDetails,
): Promise<StoredLeakAnswer | null> {
  const leaks = testLeaks(await findLeaks(tx, datasets))
  if (leaks.length === 0) return null
  if (leakReason.length < shortestReason) {
    const message = 'Say why it is launched although the pre-training has seen test images'
    throw invalid(`${leakWarnings(leaks).join(' ')} ${message}.`, { leakReason: message })
  }
  const by = ctx.actor.kind === 'user' ? ctx.actor.name : null
  return { leaks: leaks as StoredLeakAnswer['leaks'], reason: leakReason, by, at: ctx.now().toISOString() }
}
