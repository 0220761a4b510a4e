import { removeArtifact } from '#lib/artifacts'
import type { Tx } from '#lib/db'

/** Deletes the checkpoints of these stages. @returns digests that nothing refers to any more: remove their files after the commit */
export async function dropCheckpoints(tx: Tx, stageIds: string[], keep: string[] = []): Promise<string[]> {
  const where = { stageId: { in: stageIds }, id: { notIn: keep } }
  const old = await tx.checkpoint.findMany({ where, select: { digest: true } })
  if (old.length === 0) return []
  await tx.checkpoint.deleteMany({ where })
  return withoutUse(
    tx,
    old.map(({ digest }) => digest),
  )
}

/** Of these digests those that nothing refers to (any more). */
export async function withoutUse(tx: Tx, found: readonly string[]): Promise<string[]> {
  const digests = [...new Set(found)]
  const checkpoints = await tx.checkpoint.findMany({ where: { digest: { in: digests } }, select: { digest: true } })
  const weights = await tx.stage.findMany({ where: { weightsDigest: { in: digests } }, select: { weightsDigest: true } })
  // A checkpoint that somebody has brought as weights to start from.
  const files = await tx.weightFile.findMany({ where: { digest: { in: digests } }, select: { digest: true } })
  const used = new Set([...[...checkpoints, ...files].map(({ digest }) => digest), ...weights.map(({ weightsDigest }) => weightsDigest)])
  return digests.filter((digest) => !used.has(digest))
}

export async function removeArtifacts(digests: readonly string[]): Promise<void> {
  for (const digest of digests) await removeArtifact(digest)
}
