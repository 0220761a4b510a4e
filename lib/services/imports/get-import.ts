import { z } from 'zod'
import { notFound } from '#lib/errors'
import type { ProblemSeverity, Status } from '#lib/generated/prisma/enums'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { ImportSource } from './create-import-input.ts'

export const GetImportInput = z.strictObject({ id: z.uuid() })

/** A warning is a problem too: its record was taken, and something about it was not as it should be. */
export type ImportOutcome = 'complete' | 'complete with problems' | 'refused'

export interface ImportDetail {
  id: string
  dataset: { id: string; name: string; format: string }
  /** The version it made; null while it runs, when it failed, or when the content was known already. */
  version: { id: string; number: number } | null
  status: Status
  /** How it ended; null before, and when it was canceled. */
  outcome: ImportOutcome | null
  phase: string
  done: number
  total: number | null
  takenCount: number
  warningCount: number
  refusedCount: number
  error: string | null
  startedBy: string | null
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
  files: { role: string; split: string | null; name: string }[]
  imageRoots: string[]
  /** Problems of one kind, most frequent first. */
  problemKinds: { severity: ProblemSeverity; code: string; count: number; example: string }[]
}

export async function getImport(ctx: Context, input: z.input<typeof GetImportInput>): Promise<ImportDetail> {
  permit(ctx, 'viewer')
  const { id } = parseInput(GetImportInput, input)
  const found = await ctx.db.import.findUnique({
    where: { id },
    include: {
      dataset: { select: { id: true, name: true, format: true } },
      version: { select: { id: true, number: true } },
      startedBy: { select: { name: true } },
    },
  })
  if (!found) throw notFound('The import')
  const {
    source: stored,
    startedBy,
    datasetId: _dataset,
    versionId: _version,
    startedById: _by,
    heartbeatAt: _at,
    fence: _fence,
    ...rest
  } = found
  const source = ImportSource.parse(stored)
  return {
    ...rest,
    outcome: outcomeOf(rest),
    startedBy: startedBy?.name ?? null,
    files: source.files.map(({ role, split, name }) => ({ role, split, name })),
    imageRoots: source.imageRoots.map(({ name }) => name),
    problemKinds: await countKinds(ctx, id),
  }
}

function outcomeOf(ended: { status: Status; refusedCount: number; warningCount: number }): ImportOutcome | null {
  if (ended.status === 'failed') return 'refused'
  if (ended.status !== 'succeeded') return null
  return ended.refusedCount + ended.warningCount > 0 ? 'complete with problems' : 'complete'
}

async function countKinds(ctx: Context, importId: string): Promise<ImportDetail['problemKinds']> {
  const kinds = await ctx.db.importProblem.groupBy({
    by: ['severity', 'code'],
    where: { importId },
    _count: true,
    _min: { reason: true },
    orderBy: [{ _count: { id: 'desc' } }, { code: 'asc' }],
  })
  return kinds.map(({ severity, code, _count, _min }) => ({ severity, code, count: _count, example: _min.reason ?? '' }))
}
