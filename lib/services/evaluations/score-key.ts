import type { Db } from '#lib/db'
import type { StageKind } from '#lib/soho/config'
import { fromDbKind } from '../stages/stage-kind.ts'

/** Scores of one run, by `<stage kind>/<split>/<score>`: `retrieval/test/tr.r1`, `pretrain/val/codebook.perplexity`. Null: undefined there. */
export type ScoreMap = Record<string, number | null>

export const scoreKey = (kind: StageKind, split: string, name: string): string => `${kind}/${split}/${name}`

/** Every score of these stages, by stage id. */
export async function readScores(db: Db, stageIds: string[]): Promise<Map<string, ScoreMap>> {
  const evaluations = await db.evaluation.findMany({
    where: { stageId: { in: stageIds } },
    select: { stageId: true, split: true, stage: { select: { kind: true } }, scores: { select: { name: true, value: true } } },
  })
  const found = new Map<string, ScoreMap>()
  for (const { stageId, split, stage, scores } of evaluations) {
    const map = found.get(stageId) ?? {}
    for (const { name, value } of scores) map[scoreKey(fromDbKind(stage.kind), split, name)] = value
    found.set(stageId, map)
  }
  return found
}
