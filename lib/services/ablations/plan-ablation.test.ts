import { expect, test } from 'vitest'
import { LabError } from '#lib/errors'
import { Configuration } from '#lib/soho/config'
import { presets } from '#lib/soho/presets'
import type { StageKind } from '#lib/soho/config'
import type { CreateAblationInput } from './create-ablation-input.ts'
import { fieldCatalog } from './field-catalog.ts'
import { fieldLabels } from './field-labels.ts'
import { planAblation } from './plan-ablation.ts'
import { relevantFields, stageDigest } from './stage-identity.ts'

const id = (n: number) => `00000000-0000-7000-8000-00000000000${n}`
const input = (change: Partial<CreateAblationInput> = {}): CreateAblationInput => ({
  ...{ name: 'sizes', description: '', preset: 'tiny', overrides: [], seeds: [1, 2] },
  factors: [{ field: 'dictionary.size', values: [0, 64] }],
  datasets: { pretrain: id(1), retrieval: id(1), vqa: id(2), nlvr2: null, 'snli-ve': null },
  ...change,
})
const datasets = {
  pretrain: { versionId: id(1), digest: 'captions' },
  retrieval: { versionId: id(1), digest: 'captions' },
  vqa: { versionId: id(2), digest: 'questions' },
}

const digestWith = (kind: StageKind, change: (draft: Configuration) => void, base: Configuration = presets.tiny) => {
  const configuration = structuredClone(base)
  change(configuration)
  return stageDigest({ kind, configuration, seed: 1, datasetDigest: 'd', upstreamDigest: kind === 'pretrain' ? null : 'u' })
}
const off: Configuration = { ...presets.tiny, dictionary: { ...presets.tiny.dictionary, size: 0 } }
const nothing = () => undefined

test('factors and seeds expand into one run a combination, the last factor fastest', () => {
  const factors = [
    { field: 'dictionary.size', values: [0, 64] },
    { field: 'pretrain.optimizer.learningRate', values: [0.001, 0.01] },
  ]
  const plan = planAblation(input({ factors }), datasets)
  expect(plan.cells.map(({ label }) => label)).toEqual(['off · lr 0.001', 'off · lr 0.01', '64 · lr 0.001', '64 · lr 0.01'])
  expect(plan.runs).toHaveLength(8)
  expect(plan.runs[5]?.configuration.dictionary.size).toBe(64)
  expect(plan.runs[6]?.configuration.pretrain.optimizer.learningRate).toBe(0.01)
})

test('a factor that matters to one task alone leaves the pre-training and the other tasks shared', () => {
  const plan = planAblation(
    input({ factors: [{ field: 'vqa.optimizer.learningRate', values: [0.001, 0.002, 0.003] }], seeds: [1] }),
    datasets,
  )
  const count = (kind: StageKind) => plan.stages.filter((stage) => stage.kind === kind).length
  expect([count('pretrain'), count('retrieval'), count('vqa')]).toEqual([1, 1, 3])
})

test('without a dictionary, nothing about dictionaries names the stage', () => {
  for (const change of [
    (draft: Configuration) => (draft.dictionary.decay = 0.5),
    (draft: Configuration) => (draft.dictionary.revive = false),
    (draft: Configuration) => (draft.neck.kind = 'gated'),
    (draft: Configuration) => (draft.pretrain.mvmHead = 'cosine'),
  ]) {
    expect(digestWith('pretrain', change, off)).toBe(digestWith('pretrain', nothing, off))
    expect(digestWith('pretrain', change)).not.toBe(digestWith('pretrain', nothing))
  }
  const features = (draft: Configuration) => (draft.vqa.input = 'features')
  expect(digestWith('vqa', features, off)).toBe(digestWith('vqa', nothing, off))
  expect(digestWith('vqa', features)).not.toBe(digestWith('vqa', nothing))
})

test('fields that do not apply leave the name as it is: milestones of another schedule, revival intervals without revival', () => {
  expect(digestWith('pretrain', (draft) => (draft.pretrain.optimizer.milestones = [3]))).toBe(digestWith('pretrain', nothing))
  const paper = (change: (draft: Configuration) => void) => digestWith('pretrain', change, presets.paper)
  expect(paper((draft) => (draft.pretrain.optimizer.milestones = [3]))).not.toBe(paper(nothing))
  expect(paper((draft) => (draft.dictionary.reviveEverySteps = 5))).toBe(paper(nothing))
  expect(digestWith('pretrain', (draft) => (draft.vqa.epochs = 99))).toBe(digestWith('pretrain', nothing))
})

test('files to start from name the pre-training by their content; without any it has the name that it had before there were any', () => {
  const { initial: _, ...older } = structuredClone(presets.tiny)
  delete older.text.vocabulary
  const stored = Configuration.parse(older)
  expect(stored).toMatchObject({ initial: { encoder: null, text: null }, text: { vocabulary: null } })
  expect(digestWith('pretrain', nothing, stored)).toBe(digestWith('pretrain', nothing))
  expect(relevantFields(stored, 'pretrain')).not.toMatch(/"initial"|"vocabulary"/)
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)]
  const names = [
    nothing,
    (draft: Configuration) => (draft.initial.encoder = a),
    (draft: Configuration) => (draft.initial.encoder = b),
    (draft: Configuration) => (draft.initial.text = a),
    (draft: Configuration) => (draft.text.vocabulary = a),
  ].map((change) => digestWith('pretrain', change))
  expect(new Set(names).size).toBe(5)
  const given = (draft: Configuration) => (draft.text.vocabulary = a)
  expect(digestWith('pretrain', (draft) => ((draft.text.vocabularySize = 99), given(draft)))).toBe(digestWith('pretrain', given))
})

test('checkpointing names no stage, as it changes no bit, but it takes its own time; parts of a batch name the task alone', () => {
  const checked = (draft: Configuration) => void (draft.memory.gradientCheckpointing = true)
  for (const kind of ['pretrain', 'vqa'] as const) {
    expect(digestWith(kind, checked)).toBe(digestWith(kind, nothing))
    const changed = structuredClone(presets.tiny)
    checked(changed)
    expect(relevantFields(changed, kind)).not.toBe(relevantFields(presets.tiny, kind))
  }
  const { memory: _, ...older } = structuredClone(presets.tiny)
  const stored = Configuration.parse({ ...older, vqa: { ...older.vqa, accumulationSteps: undefined } })
  expect(stored).toMatchObject({ memory: { gradientCheckpointing: false }, vqa: { accumulationSteps: 1 } })
  expect(relevantFields(stored, 'vqa')).not.toMatch(/memory|Checkpointing|"task".*accumulationSteps/)
  const inParts = (draft: Configuration) => void (draft.vqa.accumulationSteps = 4)
  expect(digestWith('vqa', inParts)).not.toBe(digestWith('vqa', nothing))
  expect(digestWith('pretrain', inParts)).toBe(digestWith('pretrain', nothing))
})

test('seed, data and the stage before it name a stage', () => {
  const base = { kind: 'vqa' as const, configuration: presets.tiny, seed: 1, datasetDigest: 'd', upstreamDigest: 'u' }
  const digests = [base, { ...base, seed: 2 }, { ...base, datasetDigest: 'e' }, { ...base, upstreamDigest: 'v' }].map(stageDigest)
  expect(new Set(digests).size).toBe(4)
})

test('an unknown field, a refused value and a field set twice are named where the form has them', () => {
  const fieldsOf = (change: Partial<CreateAblationInput>) => {
    try {
      planAblation(input(change), datasets)
    } catch (error) {
      return Object.keys((error as LabError).fields)
    }
    return []
  }
  expect(fieldsOf({ factors: [{ field: 'dictionary.colour', values: [1] }] })).toEqual(['factors.0.values'])
  expect(fieldsOf({ factors: [{ field: 'dictionary.size', values: [64, -1] }] })).toEqual(['factors.0.values'])
  expect(fieldsOf({ overrides: [{ field: 'transformer.dropout', value: 'much' }] })).toEqual(['overrides.0.value'])
  expect(fieldsOf({ overrides: [{ field: 'transformer.heads', value: 3 }] })).toEqual(['overrides.0.value'])
  expect(fieldsOf({ overrides: [{ field: 'dictionary.size', value: 8 }] })).toEqual(['overrides.0.field'])
  expect(fieldsOf({ overrides: [{ field: '__proto__.polluted', value: 1 }] })).toEqual(['overrides.0.value'])
})

test('every field of the configuration has a label, and every label a field', () => {
  expect(fieldCatalog.filter(({ path, label }) => path === label)).toEqual([])
  expect(Object.keys(fieldLabels).toSorted()).toEqual(fieldCatalog.map(({ path }) => path).toSorted())
})
