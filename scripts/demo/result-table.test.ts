import { expect, test } from 'vitest'
import { chanceRecall, writeTable } from './result-table.ts'

test('recall by lot: one right answer of a hundred, five of five hundred', () => {
  expect(chanceRecall(1, 1, 100)).toBeCloseTo(0.01, 10)
  expect(chanceRecall(10, 1, 100)).toBeCloseTo(0.1, 10)
  expect(chanceRecall(1, 5, 500)).toBeCloseTo(0.01, 10)
})

test('a cell shows mean, spread and single seeds; a missing score is a dash', () => {
  const row = { key: 'vqa/test/accuracy', label: 'VQA', format: 'percent' as const, isControl: false }
  const cells = [
    { mean: 0.5, sd: 0.014, n: 2, seeds: [0.49, 0.51] },
    { mean: 0.5, sd: null, n: 1, seeds: [0.5, null] },
    { mean: null, sd: null, n: 0, seeds: [null, null] },
  ]
  expect(writeTable([{ ...row, cells }], ['off', '64', '256'], {}).split('\n').at(-1)?.split(/ {3,}/)).toEqual(['VQA', '50.0 ± 1.4 (49.0, 51.0)', '50.0 (50.0, —)', '—']) // prettier-ignore
})
