import { z } from 'zod'
import type { Db } from '#lib/db'
import { notFound } from '#lib/errors'
import type { Status } from '#lib/generated/prisma/enums'
import { Configuration } from '#lib/soho/config'
import { fieldLabel, writeFieldValue } from '../ablations/field-catalog.ts'
import type { FieldValue } from '../ablations/field-catalog.ts'

/** A run seen from its visual dictionary. */
export interface CodebookRun {
  run: { id: string; seed: number; ablation: { id: string; name: string } }
  /** What else distinguishes the run's cell. */
  factors: { label: string; value: string }[]
  /** Codewords; 0 = off. */
  size: number
  configuration: Configuration
  /** `off`: the run has no dictionary; `waiting`: its pre-training has not finished. */
  state: 'off' | 'waiting' | 'ready'
  stage: { id: string; status: Status; datasetVersionId: string; finishedAt: Date | null; step: number; stepsTotal: number | null } | null
}

const stageFields = { id: true, status: true, datasetVersionId: true, finishedAt: true, step: true, stepsTotal: true } as const
const RunId = z.uuid()

/** @throws LabError not-found */
export async function getCodebookRun(db: Db, runId: string): Promise<CodebookRun> {
  const run = RunId.safeParse(runId).success
    ? await db.run.findUnique({
        where: { id: runId },
        select: {
          id: true,
          seed: true,
          factorValues: true,
          configuration: true,
          ablation: { select: { id: true, name: true } },
          stages: { where: { kind: 'pretrain' }, select: { stage: { select: stageFields } } },
        },
      })
    : null
  if (!run) throw notFound('The run')
  const configuration = Configuration.parse(run.configuration)
  const { size } = configuration.dictionary
  const stage = run.stages[0]?.stage ?? null
  return {
    run: { id: run.id, seed: run.seed, ablation: run.ablation },
    factors: writeFactors(run.factorValues),
    size,
    configuration,
    state: size === 0 ? 'off' : stage?.status === 'succeeded' ? 'ready' : 'waiting',
    stage,
  }
}

/** Factor values as people read them, the dictionary's size left out: it stands beside them. */
export function writeFactors(factorValues: unknown): { label: string; value: string }[] {
  return Object.entries(factorValues as Record<string, FieldValue>)
    .filter(([field]) => field !== 'dictionary.size')
    .map(([field, value]) => ({ label: fieldLabel(field), value: writeFieldValue(field, value) }))
}

/** The stage of a codebook that can be looked at. @throws LabError not-found */
export function readyStageId({ state, stage }: CodebookRun): string {
  if (state !== 'ready' || !stage) throw notFound('The codebook')
  return stage.id
}
