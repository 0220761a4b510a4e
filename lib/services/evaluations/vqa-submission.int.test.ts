import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db'
import { memberContext } from '../../../tests/member-context.ts'
import { createSmallDataset, smallOverrides } from '../../../tests/small-dataset.ts'
import { createAblation } from '../ablations/create-ablation.ts'
import { createContext, systemContext } from '../context.ts'
import { getVqaSubmission } from './vqa-submission.ts'

let runId = ''
let questions: { id: string; externalId: string }[] = []

beforeAll(async () => {
  const { versionId } = await createSmallDataset()
  const { id } = await createAblation(systemContext('test'), {
    ...{ name: 'answers', description: '', preset: 'tiny', overrides: smallOverrides, seeds: [1] },
    factors: [{ field: 'dictionary.size', values: [8] }],
    datasets: { pretrain: versionId, retrieval: null, vqa: versionId, nlvr2: null, 'snli-ve': null },
  })
  const run = await db().run.findFirstOrThrow({ where: { ablationId: id }, include: { stages: true } })
  runId = run.id
  questions = await db().example.findMany({
    where: { versionId, kind: 'question', split: 'test' },
    orderBy: { position: 'asc' },
    select: { id: true, externalId: true },
  })
  const stageId = run.stages.find(({ kind }) => kind === 'vqa')?.stageId ?? ''
  for (const [split, answer] of [
    ['val', 'of another split'],
    ['test', 'red'],
  ] as const) {
    const predictions = { create: questions.map(({ id: exampleId }) => ({ exampleId, answer })) }
    await db().evaluation.create({ data: { stageId, split, exampleCount: questions.length, predictions } })
  }
})

const number = async (at: number, externalId: string) =>
  db().example.update({ where: { id: questions[at]?.id ?? '' }, data: { externalId } })

test('every test question has its number and its answer, for anyone of the lab and nobody else', async () => {
  for (const at of questions.keys()) await number(at, String(262148000 + at))
  const answers = await getVqaSubmission(await memberContext('viewer'), { runId })
  expect(answers).toEqual(questions.map((_, at) => ({ question_id: 262148000 + at, answer: 'red' })))
  await expect(getVqaSubmission(createContext({ kind: 'anonymous' }), { runId })).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('an id that is no number, and a run without the evaluation, are named', async () => {
  const viewer = await memberContext('viewer')
  await number(0, 'q-0')
  await expect(getVqaSubmission(viewer, { runId })).rejects.toThrow(/q-0 has no number/)
  const unknown = '01a210fe-0000-7000-8000-000000000000'
  await expect(getVqaSubmission(viewer, { runId: unknown })).rejects.toMatchObject({ code: 'not-found' })
  await expect(getVqaSubmission(viewer, { runId: '../../etc' })).rejects.toMatchObject({ code: 'invalid' })
})
