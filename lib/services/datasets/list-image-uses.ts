import { z } from 'zod'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'

export const ListImageUsesInput = z.strictObject({ imageId: z.uuid(), limit: z.int().min(1).max(100).default(12) })

export interface ImageUses {
  /** Runs whose dictionary was looked at with this image: it has an index map there. */
  indexMaps: { runId: string; seed: number; ablationName: string; gridHeight: number; gridWidth: number; codewordCount: number }[]
  /** Answers that models gave to texts that show the image, the newest first. */
  answers: { runId: string; ablationName: string; kind: string; text: string; answer: string; label: string | null }[]
}

/** What models of the lab did with one image. */
export async function listImageUses(ctx: Context, input: z.input<typeof ListImageUsesInput>): Promise<ImageUses> {
  permit(ctx, 'viewer')
  const { imageId, limit } = parseInput(ListImageUsesInput, input)
  const [indexMaps, answers] = await Promise.all([
    ctx.db.$queryRaw<ImageUses['indexMaps']>`
      select run.id as "runId", run.seed, ablation.name as "ablationName", map."gridHeight", map."gridWidth",
        (select count(distinct code)::int from unnest(map.codes) code where code >= 0) as "codewordCount"
      from "IndexMap" map
      join lateral (select "runId" from "RunStage" where "stageId" = map."stageId" order by "runId" desc limit 1) link on true
      join "Run" run on run.id = link."runId" join "Ablation" ablation on ablation.id = run."ablationId"
      where map."imageId" = ${imageId}::uuid order by run."createdAt" desc, run.seed limit ${limit}`,
    ctx.db.$queryRaw<ImageUses['answers']>`
      select link."runId", ablation.name as "ablationName", stage.kind::text as kind, example.text, prediction.answer, example.label
      from "ExampleImage" shown
      join "Example" example on example.id = shown."exampleId"
      join "Prediction" prediction on prediction."exampleId" = example.id and prediction.answer is not null
      join "Evaluation" evaluation on evaluation.id = prediction."evaluationId"
      join "Stage" stage on stage.id = evaluation."stageId"
      join lateral (select "runId" from "RunStage" where "stageId" = stage.id order by "runId" desc limit 1) link on true
      join "Run" run on run.id = link."runId" join "Ablation" ablation on ablation.id = run."ablationId"
      where shown."imageId" = ${imageId}::uuid order by evaluation."createdAt" desc, example.position limit ${limit}`,
  ])
  return { indexMaps, answers }
}
