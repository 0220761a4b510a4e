import { expect, test } from 'vitest'
import { histogramOf, mean, quantile, ratioHistogram } from './histogram'

const words = { title: 'Words in a text', unit: 'texts', of: 'words' }

test('few values have a bar each, gaps included; the sentence names median and tail', () => {
  const histogram = histogramOf(
    [
      [3, 10],
      [5, 90],
    ],
    words,
  )
  expect(histogram.bars).toEqual([
    { label: '3', count: 10 },
    { label: '4', count: 0 },
    { label: '5', count: 90 },
  ])
  expect(histogram.summary).toBe('Words in a text: 100 texts; half have at most 5 words, 95 % at most 5.')
})

test('a wide range has bars of a round width, and no value is lost', () => {
  const counts = Array.from({ length: 700 }, (_, i): [number, number] => [300 + i, 2])
  const { bars } = histogramOf(counts, { ...words, of: 'px' })
  expect(bars[0]?.label).toBe('300–349')
  expect(bars.length).toBeLessThanOrEqual(25)
  expect(bars.reduce((all, { count }) => all + count, 0)).toBe(1400)
})

test('the last bar says that it stands for more', () => {
  expect(histogramOf([[59, 1], [60, 4]], { ...words, last: 60 }).bars.at(-1)).toEqual({ label: '60+', count: 4 }) // prettier-ignore
})

test('a few far values share the last bar, and leave the others room', () => {
  const usual = Array.from({ length: 20 }, (_, i): [number, number] => [i + 1, 100])
  const { bars, summary } = histogramOf([...usual, [90, 2], [400, 1]], words)
  expect(bars.length).toBe(21)
  expect(bars[0]).toEqual({ label: '1', count: 100 })
  expect(bars.at(-1)).toEqual({ label: '21+', count: 3 })
  expect(summary).toBe('Words in a text: 2,003 texts; half have at most 11 words, 95 % at most 20, the most 400.')
})

test('nothing has no median, no mean and no bars', () => {
  expect(quantile([], 0.5)).toBeNull()
  expect(mean([])).toBeNull()
  expect(histogramOf([], words)).toMatchObject({ bars: [], total: 0 })
})

test('shapes of images fall into one class each', () => {
  const { bars, summary } = ratioHistogram([
    [640, 480, 3],
    [480, 640, 1],
    [500, 500, 1],
  ])
  expect(bars.filter(({ count }) => count > 0)).toEqual([
    { label: '2:3 to 4:5', count: 1 },
    { label: 'square', count: 1 },
    { label: '5:4 to 3:2', count: 3 },
  ])
  expect(summary).toBe('Width to height: 60 % of 5 images are wide, 20 % tall.')
})
