import { beforeAll, expect, test } from 'vitest'
import { hasArtifact, putArtifact } from '#lib/artifacts'
import { db } from '#lib/db'
import { createSmallDataset, smallOverrides } from '../../../tests/small-dataset.ts'
import { createAblation } from '../ablations/create-ablation.ts'
import { systemContext } from '../context.ts'
import { listLog } from '../metrics/list-log.ts'
import { listPoints } from '../metrics/list-points.ts'
import { claimNextStage } from './claim-stage.ts'
import { endAttempt } from './end-attempt.ts'
import { FencedError } from './fence.ts'
import type { AttemptRef } from './fence.ts'
import { finishStage } from './finish-stage.ts'
import { recordCheckpoint } from './record-checkpoint.ts'
import { recordTraining } from './record-training.ts'
import { cancelRun } from '../runs/cancel-run.ts'
import { recoverStages } from './recover-stages.ts'
import { requeueStages } from './requeue-stages.ts'
import { registerWorker } from './workers.ts'

const ctx = systemContext('test')
const nothing = { weights: { digest: '0'.repeat(64), sizeBytes: 0 }, evaluations: [], codewords: [], indexMaps: [], imageIds: [] }
let workerId = ''

beforeAll(async () => {
  const { versionId } = await createSmallDataset()
  workerId = await registerWorker(ctx, { name: 'test', accelerator: 'cpu', slots: 1, device: { place: 'elsewhere' } })
  await createAblation(ctx, {
    ...{ name: 'fences', description: '', preset: 'tiny', overrides: smallOverrides },
    factors: [{ field: 'dictionary.size', values: [0, 8, 16] }],
    seeds: [1, 2, 3, 4],
    datasets: { pretrain: versionId, retrieval: null, vqa: null, nlvr2: null, 'snli-ve': null },
  })
})

const point = (step: number, value: number) => ({ points: [{ name: 'loss', step, value }], progress: null, lines: [] })

test('workers that claim at the same moment never get the same stage', async () => {
  const claims = await Promise.all(Array.from({ length: 20 }, () => claimNextStage(ctx, workerId)))
  const found = claims.filter((claim) => claim !== null)
  expect(new Set(found.map(({ stageId }) => stageId)).size).toBe(found.length)
  for (const claim of found) await endAttempt(ctx, claim, { kind: 'interrupted', reason: 'test' })
  expect(await db().stage.count({ where: { status: 'queued' } })).toBe(12)
})

test('what an older attempt writes is refused: points, checkpoint, result, end', async () => {
  const old = (await claimNextStage(ctx, workerId)) as AttemptRef
  await recordTraining(ctx, old, point(1, 0.5))
  await db().attempt.updateMany({ where: { ...attemptOf(old) }, data: { heartbeatAt: new Date(Date.now() - 60_000) } })
  expect(await recoverStages(ctx, 'here', () => true)).toBe(1)
  const current = (await claimNextStage(ctx, workerId)) as AttemptRef
  expect(current).toEqual({ stageId: old.stageId, number: old.number + 1 })

  await expect(recordTraining(ctx, old, point(1, 99))).rejects.toThrow(FencedError)
  await expect(recordCheckpoint(ctx, old, 2, await putArtifact(Buffer.from('old')))).rejects.toThrow(FencedError)
  await expect(finishStage(ctx, old, nothing)).rejects.toThrow(FencedError)
  await endAttempt(ctx, old, { kind: 'failed', reason: 'too late', detail: {} })
  expect(await db().stage.findUniqueOrThrow({ where: { id: old.stageId } })).toMatchObject({ status: 'running', fence: current.number })
  expect((await listPoints(ctx, { stageId: old.stageId })).series).toEqual([{ name: 'loss', points: [[1, 0.5]] }])
  expect(await db().checkpoint.count({ where: { stageId: old.stageId } })).toBe(0)

  await recordTraining(ctx, current, point(1, 0.25))
  await finishStage(ctx, current, nothing)
  expect((await listPoints(ctx, { stageId: old.stageId })).series).toEqual([{ name: 'loss', points: [[1, 0.25]] }])
  expect((await listLog(ctx, { stageId: old.stageId })).lines.map(({ message }) => message)).toContainEqual(
    expect.stringContaining('its worker went silent'),
  )
})

const attemptOf = ({ stageId, number }: AttemptRef) => ({ stageId, number })

test('the newest two checkpoints are kept, and a checkpoint forgives earlier crashes', async () => {
  let attempt = (await claimNextStage(ctx, workerId)) as AttemptRef
  await endAttempt(ctx, attempt, { kind: 'crashed', reason: 'test' })
  attempt = (await claimNextStage(ctx, workerId)) as AttemptRef
  for (const step of [10, 20, 20, 30]) await recordCheckpoint(ctx, attempt, step, await putArtifact(Buffer.from(`state at ${step}`)))
  const kept = await db().checkpoint.findMany({ where: { stageId: attempt.stageId }, orderBy: { step: 'asc' } })
  expect(kept.map(({ step }) => step)).toEqual([20, 30])
  expect((await db().stage.findUniqueOrThrow({ where: { id: attempt.stageId } })).crashCount).toBe(0)
})

test('a checkpoint that takes the place of another at its step leaves no file of it', async () => {
  const attempt = (await claimNextStage(ctx, workerId)) as AttemptRef
  const [first, second] = [await putArtifact(Buffer.from('a third scored')), await putArtifact(Buffer.from('half scored'))]
  for (const stored of [first, second, second]) await recordCheckpoint(ctx, attempt, 40, stored)
  expect([await hasArtifact(first.digest), await hasArtifact(second.digest)]).toEqual([false, true])
})

test('a stage that was interrupted and then canceled begins afresh when it is needed again', async () => {
  const attempt = (await claimNextStage(ctx, workerId)) as AttemptRef
  await recordTraining(ctx, attempt, point(1, 0.5))
  const { digest, sizeBytes } = await putArtifact(Buffer.from('half way'))
  await recordCheckpoint(ctx, attempt, 2, { digest, sizeBytes })
  await endAttempt(ctx, attempt, { kind: 'interrupted', reason: 'test' })
  const { runId } = await db().runStage.findFirstOrThrow({ where: { stageId: attempt.stageId } })
  await cancelRun(ctx, { id: runId })
  expect(await hasArtifact(digest)).toBe(false)
  await db().run.update({ where: { id: runId }, data: { canceledAt: null } })
  expect(await db().$transaction((tx) => requeueStages(tx, [attempt.stageId]))).toEqual([attempt.stageId])
  expect((await listPoints(ctx, { stageId: attempt.stageId })).series).toEqual([])
  expect(await db().checkpoint.count({ where: { stageId: attempt.stageId } })).toBe(0)
})

test('points are thinned evenly and the last one always stays', async () => {
  const attempt = (await claimNextStage(ctx, workerId)) as AttemptRef
  const points = Array.from({ length: 1000 }, (_, step) => ({ name: 'loss', step, value: step / 2 }))
  await recordTraining(ctx, attempt, { points, progress: null, lines: [] })
  const { series, lastStep } = await listPoints(ctx, { stageId: attempt.stageId, maximumPoints: 100 })
  expect(series[0]?.points.length).toBeLessThanOrEqual(102)
  expect(series[0]?.points.at(-1)).toEqual([999, 499.5])
  expect(lastStep).toBe(999)
  expect((await listPoints(ctx, { stageId: attempt.stageId, afterStep: 990 })).series[0]?.points).toHaveLength(9)
})
