import type { StoredArtifact } from '#lib/artifacts'
import type { Tx } from '#lib/db'
import { announce } from '#lib/events'
import { enqueue } from '#lib/queue'
import type { Evaluation } from '#lib/soho/contract'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import type { CodewordRow, IndexMapRow } from '../codebooks/index-rows.ts'
import { topicsOfStage, updateHeld } from './fence.ts'
import type { AttemptRef } from './fence.ts'
import { dropCheckpoints, removeArtifacts } from './release-artifacts.ts'

export interface StageOutcome {
  weights: StoredArtifact
  evaluations: Evaluation[]
  codewords: CodewordRow[]
  indexMaps: IndexMapRow[]
  /** Database ids of the stage's images, by index. */
  imageIds: string[]
}

const rowsAtOnce = 2000

/** Ends a stage well: weights, scores, predictions and codebook become visible at once, and the stages that waited for it are queued. */
export async function finishStage(ctx: Context, attempt: AttemptRef, outcome: StageOutcome): Promise<void> {
  permitSystem(ctx)
  const { stageId, number } = attempt
  const unused = await ctx.db.$transaction(
    async (tx) => {
      const now = ctx.now()
      await updateHeld(tx, attempt, { status: 'succeeded', finishedAt: now, weightsDigest: outcome.weights.digest, crashCount: 0 })
      await tx.attempt.updateMany({ where: { stageId, number }, data: { status: 'succeeded', finishedAt: now } })
      for (const evaluation of outcome.evaluations) await storeEvaluation(tx, stageId, evaluation, outcome.imageIds)
      for (let at = 0; at < outcome.codewords.length; at += rowsAtOnce) {
        await tx.codeword.createMany({ data: outcome.codewords.slice(at, at + rowsAtOnce).map((row) => ({ ...row, stageId })) })
      }
      for (let at = 0; at < outcome.indexMaps.length; at += rowsAtOnce) {
        await tx.indexMap.createMany({ data: outcome.indexMaps.slice(at, at + rowsAtOnce).map((row) => ({ ...row, stageId })) })
      }
      await enqueueWaiting(tx, stageId)
      await announce(tx, await topicsOfStage(tx, stageId))
      return dropCheckpoints(tx, [stageId])
    },
    { timeout: 120_000 },
  )
  await removeArtifacts(unused)
}

async function enqueueWaiting(tx: Tx, upstreamId: string): Promise<void> {
  const waiting = await tx.stage.findMany({ where: { upstreamId, status: 'queued' }, select: { id: true, priority: true } })
  for (const { id, priority } of waiting) await enqueue(tx, 'run-stage', { stageId: id }, { priority })
}

async function storeEvaluation(tx: Tx, stageId: string, { split, exampleCount, scores, predictions }: Evaluation, imageIds: string[]) {
  const evaluation = await tx.evaluation.create({
    data: { stageId, split, exampleCount, scores: { create: Object.entries(scores).map(([name, value]) => ({ name, value })) } },
  })
  for (let at = 0; at < predictions.length; at += rowsAtOnce) {
    await tx.prediction.createMany({
      data: predictions.slice(at, at + rowsAtOnce).map(({ exampleId, image, answer, score, rank }) => ({
        evaluationId: evaluation.id,
        exampleId,
        imageId: image === null ? null : (imageIds[image] ?? null),
        answer,
        score,
        rank,
      })),
    })
  }
}
