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
  /** Names of the registered files that the configuration starts from, by digest. */
  fileNames: Record<string, string>
  /** Newest first. */
  checkpoints: { step: number; digest: string }[]
}

export async function readStageStart(ctx: Context, { stageId, number }: AttemptRef): Promise<StageStart> {
  permitSystem(ctx)
  const stage = await ctx.db.stage.findFirst({
    where: { id: stageId, fence: number, status: 'running' },
    include: { upstream: true, checkpoints: { orderBy: { step: 'desc' } } },
  })
  if (!stage) throw new FencedError({ stageId, number })
  const configuration = Configuration.parse(stage.configuration)
  return {
    kind: fromDbKind(stage.kind),
    configuration,
    fileNames: await readFileNames(ctx, configuration),
    seed: stage.seed,
    datasetVersionId: stage.datasetVersionId,
    initialDigest: stage.upstream?.weightsDigest ?? null,
    vocabularyDigest: stage.vocabularyDigest ?? stage.upstream?.vocabularyDigest ?? null,
    checkpoints: stage.checkpoints.map(({ step, digest }) => ({ step, digest })),
  }
}

async function readFileNames(ctx: Context, { initial, text }: Configuration): Promise<Record<string, string>> {
  const digests = [initial.encoder, initial.text, text.vocabulary ?? null].filter((digest) => digest !== null)
  if (digests.length === 0) return {}
  const files = await ctx.db.weightFile.findMany({ where: { digest: { in: digests } }, select: { digest: true, name: true } })
  return Object.fromEntries(files.map(({ digest, name }) => [digest, name]))
}

/** Which state the attempt begins from: a checkpoint's step, or 0. */
export async function recordStart(ctx: Context, { stageId, number }: AttemptRef, resumedFromStep: number): Promise<void> {
  permitSystem(ctx)
  await ctx.db.attempt.updateMany({ where: { stageId, number }, data: { resumedFromStep } })
}

/** The word pieces that a pre-training built, for itself and for the tasks that continue it. */
export async function recordVocabulary(ctx: Context, { stageId, number }: AttemptRef, digest: string): Promise<void> {
  permitSystem(ctx)
  await ctx.db.stage.updateMany({ where: { id: stageId, fence: number, status: 'running' }, data: { vocabularyDigest: digest } })
}
