import { z } from 'zod'
import type { ProblemSeverity } from '#lib/generated/prisma/enums'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'

export const ListImportProblemsInput = z.strictObject({
  importId: z.uuid(),
  code: z.string().max(100).optional(),
  severity: z.enum(['notice', 'warning', 'refused']).optional(),
  limit: z.int().min(1).max(500).default(50),
  cursor: z.uuid().nullish(),
})

export interface ImportProblemView {
  id: string
  severity: ProblemSeverity
  code: string
  file: string
  place: string
  field: string | null
  reason: string
  raw: string | null
}

/** Problems in the order they were found. */
export async function listImportProblems(
  ctx: Context,
  input: z.input<typeof ListImportProblemsInput>,
): Promise<{ problems: ImportProblemView[]; total: number; nextCursor: string | null }> {
  permit(ctx, 'viewer')
  const { importId, code, severity, limit, cursor } = parseInput(ListImportProblemsInput, input)
  const where = { importId, ...(code ? { code } : {}), ...(severity ? { severity } : {}) }
  const [total, rows] = await Promise.all([
    ctx.db.importProblem.count({ where }),
    ctx.db.importProblem.findMany({
      where: { ...where, ...(cursor ? { id: { gt: cursor } } : {}) },
      orderBy: { id: 'asc' },
      take: limit + 1,
      select: { id: true, severity: true, code: true, file: true, place: true, field: true, reason: true, raw: true },
    }),
  ])
  const problems = rows.slice(0, limit)
  return { problems, total, nextCursor: rows.length > limit ? (problems.at(-1)?.id ?? null) : null }
}

/** All of them, in batches, for a download. */
export async function* readImportProblems(ctx: Context, importId: string): AsyncGenerator<ImportProblemView[]> {
  let cursor: string | null = null
  do {
    const page: { problems: ImportProblemView[]; nextCursor: string | null } = await listImportProblems(ctx, {
      importId,
      limit: 500,
      cursor,
    })
    if (page.problems.length > 0) yield page.problems
    cursor = page.nextCursor
  } while (cursor !== null)
}
