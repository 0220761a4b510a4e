import { expect, it } from 'vitest'
import { CreateAblationInput } from '#lib/services/ablations/create-ablation-input'
import { defaultValues, messageAt, pathOfFile, toInput } from './form-values'
import type { FormValues, VersionsByStage } from './form-values'

const version = (datasetName: string, versionId: string, hasImages = true) => ({
  datasetName,
  datasetId: `dataset of ${versionId}`,
  versionId,
  number: 1,
  exampleCounts: { train: 1, val: 1, test: 1 },
  hasImages,
})
const id = '01900000-0000-7000-8000-000000000001'
const versions: VersionsByStage = {
  pretrain: [version('Other captions', 'other'), version('Shapes captions', id)],
  retrieval: [version('Shapes captions', id)],
  vqa: [version('Shapes VQA', id)],
  nlvr2: [version('NLVR sample', 'other'), version('Shapes NLVR2', id)],
  'snli-ve': [version('Shapes SNLI-VE', id)],
}

it('with the demo data, the form as it opens is the demo ablation', () => {
  const input = CreateAblationInput.parse(toInput(defaultValues(versions)))
  expect(input).toMatchObject({
    name: 'Dictionary size on shapes',
    preset: 'tiny',
    factors: [{ field: 'dictionary.size', values: [0, 64, 256] }],
    seeds: [1, 2],
  })
  expect(new Set(Object.values(input.datasets))).toEqual(new Set([id]))
})

it('opens with a dataset that has images before one that has none', () => {
  const others = { ...versions, pretrain: [version('Broken captions', 'broken', false), version('Other captions', 'other')] }
  expect(defaultValues(others).datasets.pretrain).toBe('other')
  expect(defaultValues({ ...versions, vqa: [version('Broken questions', 'broken', false)] }).datasets.vqa).toBe('broken')
})

it('reads values by the kind of their field', () => {
  const values: FormValues = {
    ...defaultValues(versions),
    factors: [
      { field: 'dictionary.size', values: 'off, 64' },
      { field: 'dictionary.revive', values: 'on, off' },
      { field: 'neck.kind', values: 'dictionary, sum' },
      { field: 'pretrain.optimizer.milestones', values: '2, 4; 3' },
    ],
  }
  expect(CreateAblationInput.parse(toInput(values)).factors.map((factor) => factor.values)).toEqual([
    [0, 64],
    [true, false],
    ['dictionary', 'sum'],
    [[2, 4], [3]],
  ])
})

it('leaves out a task without data, and keeps what is no number for the schema to refuse', () => {
  const values = { ...defaultValues(versions), seeds: '1, one', datasets: { ...defaultValues(versions).datasets, vqa: '' } }
  const parsed = CreateAblationInput.safeParse(toInput(values))
  expect(parsed.success).toBe(false)
  expect(parsed.error?.issues[0]).toMatchObject({ path: ['seeds', 1], message: expect.stringMatching(/^Seeds are whole numbers/) })
  expect(toInput(values)).toMatchObject({ datasets: { vqa: null } })
})

it('finds a message at its field', () => {
  expect(messageAt({ 'factors.0.values.2': 'no' }, 'factors.0.values')).toBe('no')
  expect(messageAt({ name: 'no' }, 'seeds')).toBeUndefined()
})

it('chosen files are overrides, after those that were typed, and errors find them there', () => {
  const digest = (letter: string) => letter.repeat(64)
  const values: FormValues = {
    ...defaultValues(versions),
    overrides: [{ field: 'pretrain.epochs', value: '3' }],
    files: { encoder: '', text: digest('a'), vocabulary: digest('b') },
  }
  expect(CreateAblationInput.parse(toInput(values)).overrides).toEqual([
    { field: 'pretrain.epochs', value: 3 },
    { field: 'initial.text', value: digest('a') },
    { field: 'text.vocabulary', value: digest('b') },
  ])
  expect(pathOfFile(values, 'vocabulary')).toBe('overrides.2')
  expect(pathOfFile(values, 'encoder')).toBe('initial.encoder')
})

it('a factor names files by name or digest, and none', () => {
  const files = [
    { name: 'ImageNet', digest: 'c'.repeat(64) },
    { name: 'mine', digest: 'd'.repeat(64) },
  ]
  const values = { ...defaultValues(versions), factors: [{ field: 'initial.encoder', values: 'none, ImageNet, dddddddd, other' }] }
  const parsed = CreateAblationInput.parse(toInput(values, files))
  expect(parsed.factors[0]?.values).toEqual([null, 'c'.repeat(64), 'd'.repeat(64), 'other'])
})
