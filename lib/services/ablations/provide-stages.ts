import type { Tx } from '#lib/db'
import type { Context } from '../context.ts'
import { requeueStages } from '../stages/requeue-stages.ts'
import { enqueueReady } from '../stages/retry-stage.ts'
import { toDbKind } from '../stages/stage-kind.ts'
import type { PlannedStage } from './plan-ablation.ts'

/** Tasks come before the next pre-training: they lead to scores soonest. */
const taskPriority = 10

/**
 * Makes sure that every planned stage exists and is on its way: those that exist are shared, succeeded ones with their results; failed and
 * canceled ones are queued again. Several launches at once wait for each other at the stages they share.
 * @returns database ids by digest
 */
export async function provideStages(ctx: Context, tx: Tx, planned: readonly PlannedStage[]): Promise<Map<string, string>> {
  const now = ctx.now().getTime()
  const ids = new Map<string, string>()
  // Pre-trainings first: their ids are needed. In order of their digests, so that two launches never wait for each other crosswise.
  for (const isTask of [false, true]) {
    const part = planned.map((stage, i) => ({ stage, i })).filter(({ stage }) => (stage.kind !== 'pretrain') === isTask)
    for (const { stage, i } of part.toSorted((a, b) => (a.stage.digest < b.stage.digest ? -1 : 1))) {
      await tx.stage.createMany({
        data: {
          digest: stage.digest,
          kind: toDbKind(stage.kind),
          configuration: stage.configuration,
          seed: stage.seed,
          datasetVersionId: stage.datasetVersionId,
          upstreamId: stage.upstreamDigest === null ? null : (ids.get(stage.upstreamDigest) ?? null),
          priority: isTask ? taskPriority : 0,
          createdAt: new Date(now + i),
        },
        skipDuplicates: true,
      })
      const { id } = await tx.stage.findUniqueOrThrow({ where: { digest: stage.digest }, select: { id: true } })
      ids.set(stage.digest, id)
    }
  }
  await requeueStages(tx, [...ids.values()])
  await enqueueReady(tx, [...ids.values()])
  return ids
}
