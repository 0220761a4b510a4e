import type { Tx } from '#lib/db'
import type { Split } from '#lib/generated/prisma/enums'
import { VersionCounts } from '../datasets/version-counts.ts'

/** What a derived version holds, in the form that an import writes. Files of no record are no part of a version. */
export async function countVersion(tx: Tx, { versionId, parentId }: { versionId: string; parentId: string }): Promise<VersionCounts> {
  const groups = await tx.example.groupBy({ by: ['kind', 'split'], where: { versionId }, _count: true })
  const [images] = await tx.$queryRaw<{ images: number; missing: number; unsized: number; bytes: number }[]>`
    select count(*)::int as images, (count(*) filter (where digest is null))::int as missing,
      (count(*) filter (where digest is not null and "sizeBytes" is null))::int as unsized, coalesce(sum("sizeBytes"), 0)::float8 as bytes
    from "DatasetImage" where "versionId" = ${versionId}::uuid`
  const parent = await tx.datasetVersion.findUniqueOrThrow({ where: { id: parentId }, select: { counts: true } })
  const of = VersionCounts.parse(parent.counts)
  // Versions of older imports do not say how large each image is: the share of the images is near enough there.
  const share = of.images > 0 ? (images?.images ?? 0) / of.images : 0
  return VersionCounts.parse({
    images: images?.images,
    missingImages: images?.missing,
    orphanImages: 0,
    imageBytes: (images?.unsized ?? 0) > 0 ? Math.round(of.imageBytes * share) : images?.bytes,
    examples: countSplits(groups),
    kinds: Object.fromEntries(
      [...new Set(groups.map(({ kind }) => kind))].map((kind) => [kind, countSplits(groups.filter((group) => group.kind === kind))]),
    ),
  })
}

function countSplits(groups: { split: Split; _count: number }[]): Partial<Record<Split, number>> {
  const counts: Partial<Record<Split, number>> = {}
  for (const { split, _count } of groups) counts[split] = (counts[split] ?? 0) + _count
  return counts
}
