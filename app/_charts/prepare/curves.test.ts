import { expect, it } from 'vitest'
import { curveRows, joinPoints, nearest, smooth, thin } from './curves'
import type { Points } from './curves'

const line = (id: string, points: Points) => ({ id, label: id, color: 'red', points })

it('puts points of one step in one row and leaves gaps empty', () => {
  const rows = curveRows([
    line('a', [
      [0, 1],
      [2, 3],
    ]),
    line('b', [[2, 5]]),
  ])
  expect(rows).toEqual([
    { step: 0, a: 1 },
    { step: 2, a: 3, b: 5 },
  ])
})

it('thins evenly and keeps both ends', () => {
  const points: Points = Array.from({ length: 1001 }, (_, i) => [i, i])
  const few = thin(points, 11)
  expect(few).toHaveLength(11)
  expect(few.map(([step]) => step)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000])
  expect(thin(points, 2000)).toBe(points)
})

it('smooths without a pull towards zero', () => {
  const flat: Points = [
    [0, 4],
    [1, 4],
    [2, 4],
  ]
  for (const [, value] of smooth(flat, 0.9)) expect(value).toBeCloseTo(4)
})

it('finds the nearest point, not one too far away', () => {
  const points: Points = [
    [0, 1],
    [10, 2],
    [20, 3],
  ]
  expect(nearest(points, 13, 5)).toEqual([10, 2])
  expect(nearest(points, 16, 5)).toEqual([20, 3])
  expect(nearest(points, 40, 5)).toBeNull()
  expect(nearest([], 1, 5)).toBeNull()
})

it('joins later points: a repeated step replaces, nothing doubles', () => {
  const known: Points = [
    [0, 1],
    [1, 2],
    [2, 3],
  ]
  expect(joinPoints(known, [[3, 4]])).toEqual([...known, [3, 4]])
  expect(
    joinPoints(known, [
      [1, 9],
      [3, 4],
    ]),
  ).toEqual([
    [0, 1],
    [1, 9],
    [2, 3],
    [3, 4],
  ])
})
