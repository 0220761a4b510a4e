import { expect, test } from 'vitest'
import { indexRows, overallPurity, shuffledPurity } from './index-rows.ts'

const map = (image: number, codes: number[]) => ({
  ...{ image, gridHeight: 2, gridWidth: 2 },
  codes: Int32Array.from(codes),
  distances: Float32Array.from(codes.map((code, i) => (code < 0 ? 9 : i + 1))),
})
const maps = [map(0, [0, 0, 1, -1]), map(1, [0, 1, 1, 1])]
const red = { category: 'circle', color: 'red' }
const blue = { category: 'circle', color: 'blue' }
const labels = [
  [red, red, blue, null],
  [blue, null, blue, red],
]

test('every codeword has a row, dead ones too; padding counts nowhere', () => {
  const { codewords, indexMaps } = indexRows({ gridHeight: 2, gridWidth: 2, maps }, 3, ['a', 'b'], null)
  expect(codewords.map(({ tokenCount }) => tokenCount)).toEqual([3, 4, 0])
  expect(codewords.map(({ usage }) => usage)).toEqual([3 / 7, 4 / 7, 0])
  expect(codewords.map(({ imageCount }) => imageCount)).toEqual([2, 2, 0])
  expect(codewords.map(({ meanDistance }) => meanDistance)).toEqual([4 / 3, 3, null])
  expect(indexMaps[1]).toEqual({ imageId: 'b', gridHeight: 2, gridWidth: 2, codes: [0, 1, 1, 1], distances: [1, 2, 3, 4] })
})

test('purity is the share of the most frequent value among the labelled tokens of a codeword', () => {
  const { codewords } = indexRows({ gridHeight: 2, gridWidth: 2, maps }, 3, ['a', 'b'], labels)
  expect(codewords.map(({ purity }) => purity)).toEqual([{ category: 1, color: 2 / 3 }, { category: 1, color: 2 / 3 }, undefined])
  expect(overallPurity(maps, labels)).toEqual({ category: 1, color: 4 / 6 })
})

test('shuffling deals the same codewords out to other labelled tokens', () => {
  const untouched = shuffledPurity(maps, labels, (count) => Array.from({ length: count }, (_, i) => i))
  expect(untouched).toEqual(overallPurity(maps, labels))
  // The labelled places show r r b b b r and hold the codewords 0 0 1 0 1 1: dealt out so, each codeword has one colour.
  const sorted = shuffledPurity(maps, labels, () => [0, 1, 2, 4, 5, 3])
  expect(sorted).toEqual({ category: 1, color: 1 })
})
