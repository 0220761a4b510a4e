import { z } from 'zod'
import type { Db, Tx } from '#lib/db'
import { notFound } from '#lib/errors'
import type { SubjectType, VerdictValue } from '#lib/generated/prisma/enums'
import { exampleOf, imageOf } from './dataset-subject.ts'

export type { SubjectType, VerdictValue }

export const subjectTypes = ['ablation', 'run', 'codeword', 'image', 'example'] as const satisfies readonly SubjectType[]
export const verdictValues = ['accepted', 'rejected', 'needs_work'] as const satisfies readonly VerdictValue[]

/**
 * What is reviewed, as addresses name it: an ablation's id, a run's id, `<run id>:<code>`, `<dataset id>:<image key>`, or
 * `<dataset id>:<kind> <split> <external id>`.
 */
export const ReviewSubject = z.strictObject({ subjectType: z.enum(subjectTypes), subjectId: z.string().min(1).max(1000) })
export type ReviewSubject = z.infer<typeof ReviewSubject>

/**
 * The subject as it is stored. Codewords belong to their pre-training stage, so that runs that share it share their review; images and
 * examples to their dataset, so that every version of it has them.
 */
export interface StoredSubject {
  subjectType: SubjectType
  subjectId: string
}

const Uuid = z.uuid()
const codewordName = /^([0-9a-f-]{36}):(\d{1,5})$/
const labels = {
  ablation: 'The ablation',
  run: 'The run',
  codeword: 'The codeword',
  image: 'The image',
  example: 'The example',
} satisfies Record<SubjectType, string>

/** @throws LabError not-found where there is no such subject */
export async function resolveSubject(db: Db | Tx, { subjectType, subjectId }: ReviewSubject): Promise<StoredSubject> {
  const stored = await findStoredId(db, subjectType, subjectId)
  if (!stored) throw notFound(labels[subjectType])
  return { subjectType, subjectId: stored }
}

async function findStoredId(db: Db | Tx, subjectType: SubjectType, subjectId: string): Promise<string | null> {
  if (subjectType === 'codeword') return findCodeword(db, subjectId)
  if (subjectType === 'image') return (await imageOf(db, subjectId)) && subjectId
  if (subjectType === 'example') return (await exampleOf(db, subjectId)) && subjectId
  if (!Uuid.safeParse(subjectId).success) return null
  const where = { id: subjectId }
  const found = subjectType === 'ablation' ? await db.ablation.count({ where }) : await db.run.count({ where })
  return found > 0 ? subjectId : null
}

async function findCodeword(db: Db | Tx, subjectId: string): Promise<string | null> {
  const [, runId, code] = codewordName.exec(subjectId) ?? []
  if (!runId || !Uuid.safeParse(runId).success) return null
  const codeword = await db.codeword.findFirst({
    where: { code: Number(code), stage: { kind: 'pretrain', runs: { some: { runId } } } },
    select: { stageId: true, code: true },
  })
  return codeword && `${codeword.stageId}:${codeword.code}`
}

/** Names what readers of the subject listen to. */
export const reviewTopic = ({ subjectType, subjectId }: StoredSubject) => `review:${subjectType}:${subjectId}`
