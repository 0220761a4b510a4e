import { expect, it } from 'vitest'
import { concludeAblation } from './conclude-ablation.ts'
import type { ConcludeAblationInput } from './conclude-ablation.ts'

const base = { cells: ['no dictionary', '64', '256'], noun: 'codewords', baseline: 0, runCount: 12, completeRunCount: 12, hasEnded: true }
const score = (label: string, cells: number[][], better: 'higher' | 'lower' = 'higher'): ConcludeAblationInput['scores'][number] => ({
  key: label,
  label,
  better,
  format: 'percent',
  cells,
})
const nlvr2 = score('NLVR2', [
  [0.61, 0.612, 0.608, 0.61],
  [0.65, 0.652, 0.648, 0.65],
  [0.66, 0.662, 0.658, 0.66],
])
const vqa = score('VQA', [
  [0.58, 0.6, 0.59, 0.61],
  [0.61, 0.62, 0.6, 0.62],
  [0.6, 0.62, 0.59, 0.61],
])

it('names who beats whom by how much, and what more seeds would decide', () => {
  const { sentence } = concludeAblation({ ...base, scores: [nlvr2, vqa] })
  expect(sentence).toBe(
    '64 and 256 codewords beat no dictionary on NLVR2 (+4.0 ± 0.3, +5.0 ± 0.3); VQA not distinguishable yet: about 8 more seeds per cell.',
  )
})

it('says that lower is better where it is', () => {
  const rank = score(
    'median rank',
    nlvr2.cells.map((values) => [...values]),
    'lower',
  )
  expect(concludeAblation({ ...base, scores: [rank] }).sentence).toContain('64 and 256 codewords fall behind no dictionary on median rank')
})

it('counts every comparison: what two cells would show, fifty may show by chance', () => {
  const close = score('A', [
    [0.5, 0.52, 0.51],
    [0.54, 0.56, 0.55],
  ])
  const noise = Array.from({ length: 50 }, (_, i) =>
    score(`N${i}`, [
      [0.5, 0.52, 0.51],
      [0.51, 0.53, 0.5],
    ]),
  )
  const two = { ...base, cells: ['off', '64'] }
  expect(concludeAblation({ ...two, scores: [close] }).comparisons[0]?.outcome).toBe('better')
  expect(concludeAblation({ ...two, scores: [close, ...noise] }).comparisons[0]?.outcome).toBe('open')
})

it('claims nothing from one seed', () => {
  const { sentence, comparisons } = concludeAblation({
    ...base,
    runCount: 3,
    completeRunCount: 3,
    scores: [score('VQA', [[0.2], [0.6], [0.9]])],
  })
  expect(sentence).toBe('One seed per cell: differences cannot be told from chance. At least one more seed per cell.')
  expect(comparisons[0]).toMatchObject({ outcome: 'untested', halfWidth: null, adjustedP: null })
  expect(comparisons[0]?.difference).toBeCloseTo(0.4)
})

it('says how much is missing', () => {
  const early = { ...base, runCount: 6, completeRunCount: 2, hasEnded: false }
  expect(concludeAblation({ ...early, scores: [score('VQA', [[0.5, 0.52], [], []])] }).sentence).toBe(
    '2 of 6 runs have all scores. Nothing can be compared yet: it takes two seeds in a cell and in its baseline.',
  )
  expect(concludeAblation({ ...early, completeRunCount: 0, scores: [score('VQA', [[], [], []])] }).sentence).toBe(
    'No scores yet: 0 of 6 runs have any.',
  )
})
