import type { StageKind as DbStageKind } from '#lib/generated/prisma/enums'
import type { StageKind } from '#lib/soho/config'

/** The database's enum has no hyphens. */
export const toDbKind = (kind: StageKind): DbStageKind => (kind === 'snli-ve' ? 'snli_ve' : kind)
export const fromDbKind = (kind: DbStageKind): StageKind => (kind === 'snli_ve' ? 'snli-ve' : kind)

export const stageLabels: Record<StageKind, string> = {
  pretrain: 'Pre-training',
  retrieval: 'Retrieval',
  vqa: 'VQA',
  nlvr2: 'NLVR2',
  'snli-ve': 'SNLI-VE',
}
