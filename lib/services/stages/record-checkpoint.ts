import type { StoredArtifact } from '#lib/artifacts'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { updateHeld } from './fence.ts'
import type { AttemptRef } from './fence.ts'
import { dropCheckpoints, removeArtifacts, withoutUse } from './release-artifacts.ts'

/** The newest, and the one before it for the case that the newest cannot be read. */
const keptCheckpoints = 2

/** Registers a stored checkpoint and removes those it makes superfluous. Progress was made: earlier crashes are forgiven. */
export async function recordCheckpoint(ctx: Context, attempt: AttemptRef, step: number, stored: StoredArtifact): Promise<void> {
  permitSystem(ctx)
  const { stageId, number } = attempt
  const unused = await ctx.db.$transaction(async (tx) => {
    await updateHeld(tx, attempt, { crashCount: 0 })
    const found = { attempt: number, digest: stored.digest, sizeBytes: stored.sizeBytes, createdAt: ctx.now() }
    // A long evaluation is kept again and again at the last step.
    const replaced = await tx.checkpoint.findUnique({ where: { stageId_step: { stageId, step } }, select: { digest: true } })
    await tx.checkpoint.upsert({ where: { stageId_step: { stageId, step } }, create: { stageId, step, ...found }, update: found })
    const kept = await tx.checkpoint.findMany({
      where: { stageId },
      orderBy: { step: 'desc' },
      take: keptCheckpoints,
      select: { id: true },
    })
    const dropped = await dropCheckpoints(
      tx,
      [stageId],
      kept.map(({ id }) => id),
    )
    return [...dropped, ...(replaced ? await withoutUse(tx, [replaced.digest]) : [])]
  })
  await removeArtifacts(unused)
}
