import { expect, it } from 'vitest'
import { conclusionOf } from './ablation-conclusion'
import { scorePanels } from './score-panels'
import { seriesLook } from './series'

const run = (id: string, seed: number, scores: Record<string, number | null>) => ({ id, seed, scores })
const cells = [
  {
    index: 0,
    label: 'off',
    factorValues: { 'dictionary.size': 0 },
    runs: [
      run('a', 1, { 'vqa/test/accuracy': 0.5, 'vqa/test/accuracy.majority': 0.3 }),
      run('b', 2, { 'vqa/test/accuracy': 0.54, 'vqa/test/accuracy.majority': 0.3 }),
    ],
  },
  { index: 1, label: '64', factorValues: { 'dictionary.size': 64 }, runs: [run('c', 1, { 'vqa/test/accuracy': 0.6 }), run('d', 2, {})] },
  { index: 2, label: '256', factorValues: { 'dictionary.size': 256 }, runs: [run('e', 1, { 'vqa/test/accuracy': null }), run('f', 2, {})] },
]

it('shows every seed, mean and interval where there are two, and nothing for a missing score', () => {
  const [panel] = scorePanels(cells, ['pretrain', 'vqa'])
  expect(panel?.marks.map(({ cellLabel, n }) => [cellLabel, n])).toEqual([
    ['off', 2],
    ['64', 1],
  ])
  expect(panel?.marks[0]?.mean).toBeCloseTo(0.52)
  expect(panel?.marks[0]?.seeds.map(({ seed, value }) => [seed, value])).toEqual([
    [1, 0.5],
    [2, 0.54],
  ])
  expect(panel?.marks[1]).toMatchObject({ sd: null, interval: null })
  expect(panel?.groups.map(({ label }) => label)).toEqual(['off', '64', '256'])
})

it('keeps intervals within what a share can be', () => {
  const wide = [{ index: 0, label: 'off', runs: [run('a', 1, { 'vqa/test/accuracy': 0.9 }), run('b', 2, { 'vqa/test/accuracy': 0.2 })] }]
  expect(scorePanels(wide, ['vqa'])[0]?.marks[0]?.interval).toEqual({ low: 0, high: 1 })
})

it('labels controls as such', () => {
  expect(scorePanels(cells, ['vqa'])[0]?.references).toEqual([{ label: 'majority', value: 0.3 }])
})

it('gives the summary in words, and says when there is nothing', () => {
  expect(scorePanels(cells, ['vqa'])[0]?.summary).toBe(
    'VQA accuracy, per cent. off, VQA: 52.0 ± 2.8 (n = 2); 64, VQA: 60.0 (n = 1); majority: 30.0.',
  )
  expect(scorePanels(cells, ['nlvr2'])[0]).toMatchObject({ axis: null, summary: 'NLVR2 accuracy: no scores yet.' })
})

it('gives retrieval a panel a direction, with its three depths', () => {
  const [text, image] = scorePanels(cells, ['retrieval'])
  expect(text?.groups.map(({ label }) => label)).toEqual(['R@1', 'R@5', 'R@10'])
  expect(image?.title).toBe('Image retrieval')
})

it('a cell keeps its colour whatever else is shown', () => {
  const alone = scorePanels([cells[1]!], ['vqa'])
  expect(alone[0]?.marks[0]?.color).toBe(seriesLook(1).color)
  expect(seriesLook(8)).toEqual({ color: 'var(--series-1)', dash: '6 3' })
})

it('concludes from the test splits against the cell without a dictionary', () => {
  const { sentence } = conclusionOf({
    state: 'running',
    factors: [{ field: 'dictionary.size', label: 'Dictionary size' }],
    stageKinds: ['pretrain', 'vqa'],
    cells,
  })
  expect(sentence).toBe('3 of 6 runs have all scores. Nothing can be compared yet: it takes two seeds in a cell and in its baseline.')
})
