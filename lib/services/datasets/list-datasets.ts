import type { DatasetFormat, Status } from '#lib/generated/prisma/enums'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { VersionCounts } from './version-counts.ts'

export interface DatasetSummary {
  id: string
  name: string
  format: DatasetFormat
  license: string
  /** The newest version; null before the first import has succeeded. */
  version: { id: string; number: number; createdAt: Date; counts: VersionCounts } | null
  /** The newest import. */
  import: { id: string; status: Status; phase: string; done: number; total: number | null; error: string | null } | null
}

/** Every dataset by name; a lab has tens of them. */
export async function listDatasets(ctx: Context): Promise<{ datasets: DatasetSummary[] }> {
  permit(ctx, 'viewer')
  const found = await ctx.db.dataset.findMany({
    orderBy: { name: 'asc' },
    select: {
      id: true,
      name: true,
      format: true,
      license: true,
      versions: { orderBy: { number: 'desc' }, take: 1, select: { id: true, number: true, createdAt: true, counts: true } },
      imports: {
        orderBy: { createdAt: 'desc' },
        take: 1,
        select: { id: true, status: true, phase: true, done: true, total: true, error: true },
      },
    },
  })
  return {
    datasets: found.map(({ versions: [version], imports: [latest], ...dataset }) => ({
      ...dataset,
      version: version ? { ...version, counts: VersionCounts.parse(version.counts) } : null,
      import: latest ?? null,
    })),
  }
}
