import { beforeAll, beforeEach, expect, test } from 'vitest'
import { db } from '#lib/db'
import { memberContext } from '../../../tests/member-context.ts'
import { createSmallDataset, smallOverrides } from '../../../tests/small-dataset.ts'
import { createContext, systemContext } from '../context.ts'
import { cancelRun } from '../runs/cancel-run.ts'
import { getRun } from '../runs/get-run.ts'
import { listRuns } from '../runs/list-runs.ts'
import { getQueue } from '../queue/get-queue.ts'
import { claimNextStage } from '../stages/claim-stage.ts'
import { endAttempt } from '../stages/end-attempt.ts'
import { retryStage } from '../stages/retry-stage.ts'
import { registerWorker } from '../stages/workers.ts'
import { cancelAblation } from './cancel-ablation.ts'
import { createAblation } from './create-ablation.ts'
import type { CreateAblationInput } from './create-ablation-input.ts'
import { getAblation } from './get-ablation.ts'
import { listAblations } from './list-ablations.ts'
import { previewAblation } from './preview-ablation.ts'

const ctx = systemContext('test')
let versionId = ''
let workerId = ''

beforeAll(async () => {
  versionId = (await createSmallDataset()).versionId
  workerId = await registerWorker(ctx, { name: 'test', accelerator: 'cpu', slots: 1, device: {} })
})

beforeEach(async () => {
  await db().ablation.deleteMany()
  await db().stage.deleteMany({ where: { upstreamId: { not: null } } })
  await db().stage.deleteMany()
  await db().$executeRaw`delete from pgboss.job`
})

const input = (change: Partial<CreateAblationInput> = {}): CreateAblationInput => ({
  ...{ name: 'sizes', description: '', preset: 'tiny', overrides: smallOverrides, seeds: [1] },
  factors: [{ field: 'dictionary.size', values: [0, 8] }],
  datasets: { pretrain: versionId, retrieval: null, vqa: versionId, nlvr2: null, 'snli-ve': null },
  ...change,
})

const countJobs = async () =>
  Number((await db().$queryRaw<{ n: bigint }[]>`select count(*) as n from pgboss.job where name = 'run-stage'`)[0]?.n)

/** Runs every stage that can be run, without training anything. */
async function succeedAll(): Promise<number> {
  let count = 0
  for (let attempt = await claimNextStage(ctx, workerId); attempt; attempt = await claimNextStage(ctx, workerId)) {
    await db().stage.update({ where: { id: attempt.stageId }, data: { status: 'succeeded', finishedAt: new Date() } })
    count += 1
  }
  return count
}

test('a launch makes runs, stages and jobs together; tasks wait for their pre-training', async () => {
  const { id } = await createAblation(await memberContext('editor'), input())
  const found = await getAblation(ctx, { id })
  expect(found).toMatchObject({ state: 'queued', stagesTotal: 4, stagesDone: 0, stageKinds: ['pretrain', 'vqa'], createdBy: 'editor' })
  expect(found.cells.map(({ label }) => label)).toEqual(['off', '8'])
  expect(await countJobs()).toBe(2)
  const { waiting } = await getQueue(ctx)
  expect(waiting.map(({ kind, isReady }) => [kind, isReady])).toEqual([['pretrain', true], ['pretrain', true], ['vqa', false], ['vqa', false]]) // prettier-ignore
  expect((await listAblations(ctx)).ablations).toMatchObject([{ id, runCount: 2, state: 'queued' }])
})

test('a launch that fails half-way leaves nothing behind: no ablation, no run, no stage, no job', async () => {
  const actor = createContext({ kind: 'user', userId: 'nobody there', name: 'ghost', role: 'editor' })
  await expect(createAblation(actor, input())).rejects.toThrow()
  const audited = { ...ctx, now: () => new Date(NaN) }
  await expect(createAblation(audited, input())).rejects.toThrow()
  expect(await Promise.all([db().ablation.count(), db().run.count(), db().stage.count(), countJobs()])).toEqual([0, 0, 0, 0])
})

test('a viewer can look but neither launch nor cancel nor retry', async () => {
  const viewer = await memberContext('viewer')
  await expect(createAblation(viewer, input())).rejects.toMatchObject({ code: 'forbidden' })
  const { id } = await createAblation(ctx, input())
  await expect(cancelAblation(viewer, { id })).rejects.toMatchObject({ code: 'forbidden' })
  const [run] = (await listRuns(viewer, { ablationId: id })).runs
  await expect(cancelRun(viewer, { id: run?.id ?? '' })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(retryStage(viewer, { stageId: run?.stages[0]?.stageId ?? '' })).rejects.toMatchObject({ code: 'forbidden' })
  expect((await getAblation(viewer, { id })).state).toBe('queued')
})

test('equal stages are made once, also by ten launches at the same moment, and finished ones are used again', async () => {
  await Promise.all(Array.from({ length: 10 }, () => createAblation(ctx, input())))
  expect(await db().stage.count()).toBe(4)
  expect(await succeedAll()).toBe(4)
  const preview = await previewAblation(ctx, input({ seeds: [1, 2] }))
  expect(preview).toMatchObject({ runCount: 4, stageCount: 8, sharedStageCount: 0, reusedStageCount: 4 })
  const { id } = await createAblation(ctx, input({ seeds: [1, 2] }))
  expect(await getAblation(ctx, { id })).toMatchObject({ stagesDone: 4, stagesTotal: 8 })
  expect(await succeedAll()).toBe(4)
})

test('a canceled ablation takes along only stages that no other live run needs', async () => {
  const first = await createAblation(ctx, input())
  const second = await createAblation(ctx, input({ factors: [{ field: 'dictionary.size', values: [0] }] }))
  const running = await claimNextStage(ctx, workerId)
  await cancelAblation(ctx, { id: first.id })
  expect((await getAblation(ctx, { id: first.id })).state).toBe('canceled')
  const shared = await db().stage.findUniqueOrThrow({ where: { id: running?.stageId ?? '' } })
  expect(shared).toMatchObject({ status: 'running', cancelRequestedAt: null })
  expect(await db().stage.groupBy({ by: ['status'], _count: true, orderBy: { status: 'asc' } })).toMatchObject([
    { status: 'queued', _count: 1 },
    { status: 'running', _count: 1 },
    { status: 'canceled', _count: 2 },
  ])
  await cancelAblation(ctx, { id: second.id })
  expect((await db().stage.findUniqueOrThrow({ where: { id: running?.stageId ?? '' } })).cancelRequestedAt).not.toBeNull()
  await endAttempt(ctx, running ?? { stageId: '', number: 0 }, { kind: 'canceled', reason: 'asked to' })
  expect(await db().stage.count({ where: { status: { in: ['queued', 'running'] } } })).toBe(0)
})

test('what was canceled is queued again when another run needs it, even while its trainer is still stopping', async () => {
  const first = await createAblation(ctx, input())
  const running = await claimNextStage(ctx, workerId)
  await cancelAblation(ctx, { id: first.id })
  const second = await createAblation(ctx, input())
  await endAttempt(ctx, running ?? { stageId: '', number: 0 }, { kind: 'canceled', reason: 'asked to' })
  expect((await getAblation(ctx, { id: second.id })).state).toBe('queued')
  expect(await succeedAll()).toBe(4)
  expect((await getAblation(ctx, { id: second.id })).state).toBe('succeeded')
})

test('a stage that crashes again and again fails for good, takes the stages behind it along, and can be tried again', async () => {
  const { id } = await createAblation(ctx, input({ factors: [{ field: 'dictionary.size', values: [0] }] }))
  for (let i = 0; i < 4; i += 1) {
    const attempt = await claimNextStage(ctx, workerId)
    await endAttempt(ctx, attempt ?? { stageId: '', number: 0 }, { kind: 'crashed', reason: 'signal SIGSEGV' })
  }
  const failed = await getAblation(ctx, { id })
  expect(failed.state).toBe('failed')
  const [pretrain, vqa] = failed.cells[0]?.runs[0]?.stages ?? []
  expect(pretrain?.failure).toContain('signal SIGSEGV')
  expect(vqa).toMatchObject({ status: 'failed', failure: 'the pre-training that this stage continues has failed' })
  const run = await getRun(ctx, { id: failed.cells[0]?.runs[0]?.id ?? '' })
  expect(run.stages[0]?.attempts.map(({ number, reason }) => [number, reason])).toEqual(
    [1, 2, 3, 4].map((n) => [n, 'crashed: signal SIGSEGV']),
  )
  await retryStage(ctx, { stageId: vqa?.stageId ?? '' })
  expect(await succeedAll()).toBe(2)
})

test('tasks of a finished pre-training come before the next pre-training, runs in the order of their creation', async () => {
  await createAblation(ctx, input({ seeds: [1, 2] }))
  const order: string[] = []
  for (let attempt = await claimNextStage(ctx, workerId); attempt; attempt = await claimNextStage(ctx, workerId)) {
    const stage = await db().stage.update({
      where: { id: attempt.stageId },
      data: { status: 'succeeded' },
      include: { runs: { include: { run: true } } },
    })
    order.push(`${stage.kind} ${stage.runs[0]?.run.cellIndex}.${stage.seed}`)
  }
  expect(order).toEqual(['0.1', '0.2', '1.1', '1.2'].flatMap((run) => [`pretrain ${run}`, `vqa ${run}`]))
})

test('time left is told while somebody works, and not where nobody does', async () => {
  const editor = await memberContext('editor')
  await createAblation(editor, input())
  await succeedAll()
  const { id } = await createAblation(editor, input({ seeds: [2] }))
  expect((await getAblation(ctx, { id })).etaSeconds).not.toBeNull()
  await db().worker.update({ where: { id: workerId }, data: { stoppedAt: new Date() } })
  expect((await getAblation(ctx, { id })).etaSeconds).toBeNull()
  await db().worker.update({ where: { id: workerId }, data: { stoppedAt: null } })
})
