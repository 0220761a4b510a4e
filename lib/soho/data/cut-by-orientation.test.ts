import { expect, it } from 'vitest'
import { cutByOrientation } from './cut-by-orientation.ts'

const isWide = (item: string) => item.startsWith('w')
const cut = (items: string[], size: number) => cutByOrientation(items, isWide, size)

it('fills batches of one orientation, in the order of the items', () => {
  const { full, rest } = cut(['w1', 't1', 'w2', 't2', 'w3', 't3', 't4', 'w4', 'w5'], 2)
  expect(full).toEqual([['w1', 'w2'], ['t1', 't2'], ['t3', 't4'], ['w3', 'w4']]) // prettier-ignore
  expect(rest).toEqual([['w5']])
})

it('mixes where one orientation could not fill a batch', () => {
  expect(cut(['w1', 't1', 'w2', 'w3'], 2).full).toEqual([['w1', 't1'], ['w2', 'w3']]) // prettier-ignore
})

it('leaves items of one orientation in batches as they come', () => {
  expect(cut(['t1', 't2', 't3'], 2)).toEqual({ full: [['t1', 't2']], rest: [['t3']] })
})

it('counts what an item weighs', () => {
  expect(cutByOrientation([3, 1, 1, 2], () => false, 3, (n) => n).full).toEqual([[3], [1, 1, 2]]) // prettier-ignore
})
