import { z } from 'zod'
import { notFound } from '#lib/errors'
import type { DatasetFormat, Status } from '#lib/generated/prisma/enums'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { VersionCounts } from './version-counts.ts'

export const GetDatasetInput = z.strictObject({ id: z.uuid() })

export interface DatasetVersionView {
  id: string
  number: number
  digest: string
  createdAt: Date
  counts: VersionCounts
  importId: string | null
}

export interface DerivationView {
  id: string
  kind: string
  parent: { id: string; number: number; dataset: { id: string; name: string } }
  version: { number: number } | null
  status: Status
  phase: string
  done: number
  total: number | null
  error: string | null
  reason: string
  author: string | null
  createdAt: Date
}

export interface DatasetDetail {
  id: string
  name: string
  description: string
  license: string
  attribution: string
  format: DatasetFormat
  createdAt: Date
  /** The newest first. */
  versions: DatasetVersionView[]
  /** Versions that are being made, or were, from other ones; the newest first. */
  derivations: DerivationView[]
  imports: { id: string; status: Status; phase: string; createdAt: Date; takenCount: number; refusedCount: number; warningCount: number }[]
}

const Kind = z.object({ kind: z.string() })

const derivations = {
  orderBy: { createdAt: 'desc' },
  take: 20,
  select: {
    ...{ id: true, recipe: true, status: true, phase: true, done: true, total: true, error: true, reason: true, createdAt: true },
    parent: { select: { id: true, number: true, dataset: { select: { id: true, name: true } } } },
    version: { select: { number: true } },
    startedBy: { select: { name: true } },
  },
} as const

/** A dataset with its versions, its latest twenty imports and derivations. */
export async function getDataset(ctx: Context, input: z.input<typeof GetDatasetInput>): Promise<DatasetDetail> {
  permit(ctx, 'viewer')
  const { id } = parseInput(GetDatasetInput, input)
  const found = await ctx.db.dataset.findUnique({
    where: { id },
    include: {
      derivations,
      versions: {
        orderBy: { number: 'desc' },
        select: { id: true, number: true, digest: true, createdAt: true, counts: true, import: { select: { id: true } } },
      },
      imports: {
        orderBy: { createdAt: 'desc' },
        take: 20,
        select: { id: true, status: true, phase: true, createdAt: true, takenCount: true, refusedCount: true, warningCount: true },
      },
    },
  })
  if (!found) throw notFound('The dataset')
  const versions = found.versions.map(({ import: source, counts, ...version }) => ({
    ...version,
    counts: VersionCounts.parse(counts),
    importId: source?.id ?? null,
  }))
  const made = found.derivations.map(({ recipe, startedBy, ...derivation }) => ({
    ...derivation,
    kind: Kind.safeParse(recipe).data?.kind ?? '',
    author: startedBy?.name ?? null,
  }))
  return { ...found, versions, derivations: made }
}
