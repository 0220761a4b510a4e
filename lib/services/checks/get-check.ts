import { z } from 'zod'
import { notFound } from '#lib/errors'
import type { Status } from '#lib/generated/prisma/enums'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { CheckSummary } from './check-summary.ts'

export const GetCheckInput = z.strictObject({ id: z.uuid() })

export interface ComparedVersion {
  id: string
  number: number
  datasetId: string
  datasetName: string
}

export interface CheckDetail {
  id: string
  version: ComparedVersion
  /** What it was compared with, as far as it is still there. */
  against: ComparedVersion[]
  status: Status
  phase: string
  done: number
  total: number | null
  error: string | null
  /** Null before the end. */
  summary: CheckSummary | null
  startedBy: string | null
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
}

const versionFields = { id: true, number: true, dataset: { select: { id: true, name: true } } } as const

/** A check with its progress, or what it found in numbers. */
export async function getCheck(ctx: Context, input: z.input<typeof GetCheckInput>): Promise<CheckDetail> {
  permit(ctx, 'viewer')
  const { id } = parseInput(GetCheckInput, input)
  const found = await ctx.db.datasetCheck.findUnique({
    where: { id },
    include: { startedBy: { select: { name: true } }, version: { select: versionFields } },
  })
  if (!found) throw notFound('The check')
  const others = await ctx.db.datasetVersion.findMany({ where: { id: { in: found.against } }, select: versionFields })
  const { status, phase, done, total, error, createdAt, startedAt, finishedAt } = found
  return {
    ...{ id, status, phase, done, total, error, createdAt, startedAt, finishedAt },
    version: view(found.version),
    against: found.against.flatMap((wanted) => others.filter((other) => other.id === wanted).map(view)),
    summary: found.summary === null ? null : CheckSummary.parse(found.summary),
    startedBy: found.startedBy?.name ?? null,
  }
}

const view = (version: { id: string; number: number; dataset: { id: string; name: string } }): ComparedVersion => ({
  id: version.id,
  number: version.number,
  datasetId: version.dataset.id,
  datasetName: version.dataset.name,
})
