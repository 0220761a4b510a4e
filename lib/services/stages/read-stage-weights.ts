import { z } from 'zod'
import { readArtifact } from '#lib/artifacts'
import { conflict, notFound } from '#lib/errors'
import { StageKind } from '#lib/soho/config'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { stageLabels, toDbKind } from './stage-kind.ts'

export const ReadStageWeightsInput = z.strictObject({ runId: z.uuid('This is no id of a run'), kind: StageKind })
export type ReadStageWeightsInput = z.input<typeof ReadStageWeightsInput>

/** The final weights of a run's stage, a safetensors file with our names and layouts. */
export async function readStageWeights(ctx: Context, input: ReadStageWeightsInput): Promise<Buffer> {
  permit(ctx, 'viewer')
  const { runId, kind } = parseInput(ReadStageWeightsInput, input)
  const link = await ctx.db.runStage.findUnique({
    where: { runId_kind: { runId, kind: toDbKind(kind) } },
    select: { stage: { select: { weightsDigest: true } } },
  })
  if (!link) throw notFound(`The run’s stage ${stageLabels[kind]}`)
  if (link.stage.weightsDigest === null) throw conflict(`${stageLabels[kind]} has not finished: it has no weights yet.`)
  return readArtifact(link.stage.weightsDigest)
}
