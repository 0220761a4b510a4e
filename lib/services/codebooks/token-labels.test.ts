import { expect, test } from 'vitest'
import { labelTokens } from './token-labels.ts'

const image = { width: 64, height: 64 }
const grid = { rows: 2, columns: 2 }

test('a token has the labels of the box that covers most of its cell', () => {
  const small = { labels: { category: 'small' }, x: 0, y: 0, width: 20, height: 20 }
  const large = { labels: { category: 'large' }, x: 4, y: 4, width: 28, height: 28 }
  expect(labelTokens([small, large], image, grid)).toEqual([{ category: 'large' }, null, null, null])
})

test('a box that covers less than a quarter of a cell does not name it', () => {
  const box = { labels: { category: 'edge' }, x: 40, y: 40, width: 15, height: 15 }
  expect(labelTokens([box], image, grid)).toEqual([null, null, null, null])
  expect(labelTokens([{ ...box, width: 16, height: 16 }], image, grid)).toEqual([null, null, null, { category: 'edge' }])
})

test('a box over several cells names each that it covers enough of', () => {
  const box = { labels: { category: 'wide' }, x: 0, y: 0, width: 64, height: 30 }
  expect(labelTokens([box], image, grid)).toEqual([{ category: 'wide' }, { category: 'wide' }, null, null])
})
