import type { Tx } from '#lib/db'
import type { Prisma } from '#lib/generated/prisma/client'

/** Names an attempt: what an older attempt writes is refused. */
export interface AttemptRef {
  stageId: string
  number: number
}

/** The attempt no longer holds its stage: another one took it over, or it was cancelled. */
export class FencedError extends Error {
  constructor({ stageId, number }: AttemptRef) {
    super(`attempt ${number} no longer holds stage ${stageId}`)
    this.name = 'FencedError'
  }
}

/** Changes the stage if this attempt still holds it. The row stays locked for the caller's transaction, so that its other writes are safe. */
export async function updateHeld(tx: Tx, attempt: AttemptRef, data: Prisma.StageUpdateManyMutationInput = {}): Promise<void> {
  const held = { id: attempt.stageId, fence: attempt.number, status: 'running' as const }
  const { count } = await tx.stage.updateMany({ where: held, data: { fence: attempt.number, ...data } })
  if (count === 0) throw new FencedError(attempt)
}

/** Topics of a stage and of every run and ablation that shares it. */
export async function topicsOfStage(tx: Tx, stageId: string): Promise<string[]> {
  const runs = await tx.runStage.findMany({ where: { stageId }, select: { runId: true, run: { select: { ablationId: true } } } })
  return [`stage:${stageId}`, ...runs.flatMap(({ runId, run }) => [`run:${runId}`, `ablation:${run.ablationId}`]), 'queue']
}
