import { hasArtifact } from '#lib/artifacts'
import { Configuration } from '#lib/soho/config'
import type { StageKind } from '#lib/soho/config'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { FencedError } from './fence.ts'
import type { AttemptRef } from './fence.ts'
import { fromDbKind } from './stage-kind.ts'

/** What a trainer needs to begin or continue a stage. */
export interface StageStart {
  kind: StageKind
  configuration: Configuration
  seed: number
  datasetVersionId: string
  /** Weights of the pre-training that a task continues. */
  initialDigest: string | null
  vocabularyDigest: string | null
  checkpoint: { step: number; digest: string } | null
}

export async function readStageStart(ctx: Context, { stageId, number }: AttemptRef): Promise<StageStart> {
  permitSystem(ctx)
  const stage = await ctx.db.stage.findFirst({
    where: { id: stageId, fence: number, status: 'running' },
    include: { upstream: true, checkpoints: { orderBy: { step: 'desc' } } },
  })
  if (!stage) throw new FencedError({ stageId, number })
  let checkpoint: StageStart['checkpoint'] = null
  for (const { step, digest } of stage.checkpoints) if (!checkpoint && (await hasArtifact(digest))) checkpoint = { step, digest }
  if (checkpoint) {
    await ctx.db.attempt.updateMany({ where: { stageId, number }, data: { resumedFromStep: checkpoint.step } })
  }
  return {
    kind: fromDbKind(stage.kind),
    configuration: Configuration.parse(stage.configuration),
    seed: stage.seed,
    datasetVersionId: stage.datasetVersionId,
    initialDigest: stage.upstream?.weightsDigest ?? null,
    vocabularyDigest: stage.vocabularyDigest ?? stage.upstream?.vocabularyDigest ?? null,
    checkpoint,
  }
}
