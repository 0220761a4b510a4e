import type { StoredArtifact } from '#lib/artifacts'
import { permitSystem } from '../context.ts'
import type { Context } from '../context.ts'
import { updateHeld } from './fence.ts'
import type { AttemptRef } from './fence.ts'

/** Registers a stored checkpoint; returns the digests that no checkpoint refers to any more. Only the newest is kept. */
export async function recordCheckpoint(ctx: Context, attempt: AttemptRef, step: number, stored: StoredArtifact): Promise<string[]> {
  permitSystem(ctx)
  const { stageId, number } = attempt
  return ctx.db.$transaction(async (tx) => {
    await updateHeld(tx, attempt)
    const old = await tx.checkpoint.findMany({ where: { stageId }, select: { digest: true } })
    await tx.checkpoint.deleteMany({ where: { stageId } })
    await tx.checkpoint.create({ data: { stageId, attempt: number, step, digest: stored.digest, sizeBytes: stored.sizeBytes } })
    const digests = [...new Set(old.map(({ digest }) => digest))].filter((digest) => digest !== stored.digest)
    const used = await tx.checkpoint.findMany({ where: { digest: { in: digests } }, select: { digest: true } })
    const weights = await tx.stage.findMany({ where: { weightsDigest: { in: digests } }, select: { weightsDigest: true } })
    const kept = new Set([...used.map(({ digest }) => digest), ...weights.map(({ weightsDigest }) => weightsDigest)])
    return digests.filter((digest) => !kept.has(digest))
  })
}
