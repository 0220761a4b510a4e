import type { Prisma } from '#lib/generated/prisma/client'
import type { WeightFileKind } from '#lib/generated/prisma/enums'
import { WeightSummary } from './weight-summary.ts'

/** A registered file as lists and forms show it. */
export interface WeightFileView {
  id: string
  name: string
  /** What configurations name it by. */
  digest: string
  sizeBytes: number
  kind: WeightFileKind
  summary: WeightSummary
  createdAt: Date
  createdBy: string | null
}

export const weightFileSelect = {
  ...{ id: true, name: true, digest: true, sizeBytes: true, kind: true, summary: true, createdAt: true },
  createdBy: { select: { name: true } },
} satisfies Prisma.WeightFileSelect

type Row = Prisma.WeightFileGetPayload<{ select: typeof weightFileSelect }>

export function toWeightFileView({ sizeBytes, summary, createdBy, ...row }: Row): WeightFileView {
  return { ...row, sizeBytes: Number(sizeBytes), summary: WeightSummary.parse(summary), createdBy: createdBy?.name ?? null }
}
