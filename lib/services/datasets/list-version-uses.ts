import { z } from 'zod'
import type { StageKind as DbStageKind, Status } from '#lib/generated/prisma/enums'
import type { StageKind } from '#lib/soho/config'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { fromDbKind } from '../stages/stage-kind.ts'

export const ListVersionUsesInput = z.strictObject({ versionId: z.uuid(), limit: z.int().min(1).max(200).default(20) })

export interface VersionUse {
  ablation: { id: string; name: string }
  createdAt: Date
  /** What its runs do with the version. */
  stages: { kind: StageKind; status: Status; count: number }[]
  runCount: number
}

/** Ablations with a stage that trains on the version, the newest first. */
export async function listVersionUses(
  ctx: Context,
  input: z.input<typeof ListVersionUsesInput>,
): Promise<{ uses: VersionUse[]; total: number }> {
  permit(ctx, 'viewer')
  const { versionId, limit } = parseInput(ListVersionUsesInput, input)
  const where = { runs: { some: { stages: { some: { stage: { datasetVersionId: versionId } } } } } }
  const [total, ablations] = await Promise.all([
    ctx.db.ablation.count({ where }),
    ctx.db.ablation.findMany({
      where,
      orderBy: { createdAt: 'desc' },
      take: limit,
      select: { id: true, name: true, createdAt: true, _count: { select: { runs: true } } },
    }),
  ])
  const stages = await ctx.db.$queryRaw<{ ablationId: string; kind: DbStageKind; status: Status; count: number }[]>`
    select run."ablationId", stage.kind::text as kind, stage.status::text as status, count(distinct stage.id)::int as count
    from "Run" run join "RunStage" link on link."runId" = run.id join "Stage" stage on stage.id = link."stageId"
    where stage."datasetVersionId" = ${versionId}::uuid and run."ablationId" = any(${ablations.map(({ id }) => id)}::uuid[])
    group by 1, stage.kind, stage.status order by stage.kind, stage.status`
  const uses = ablations.map(({ id, name, createdAt, _count }) => ({
    ablation: { id, name },
    createdAt,
    runCount: _count.runs,
    stages: stages
      .filter(({ ablationId }) => ablationId === id)
      .map(({ kind, status, count }) => ({ kind: fromDbKind(kind), status, count })),
  }))
  return { uses, total }
}
