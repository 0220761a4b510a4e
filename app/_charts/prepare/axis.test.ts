import { expect, it } from 'vitest'
import { tickDigits, valueAxis } from './axis'

it('starts at zero where the values use enough of the way from it', () => {
  expect(valueAxis([0.1, 0.42])).toMatchObject({ min: 0, startsAtZero: true, ticks: [0, 0.2, 0.4, 0.6] })
})

it('says so where it does not start at zero', () => {
  const axis = valueAxis([0.62, 0.66])
  expect(axis?.startsAtZero).toBe(false)
  expect(axis?.min).toBeLessThanOrEqual(0.62)
  expect(axis?.min).toBeGreaterThan(0.55)
  expect(axis?.max).toBeGreaterThanOrEqual(0.66)
})

it('never leaves the bounds of the values, and has an axis for a single one', () => {
  expect(valueAxis([0.2, 1], { lowest: 0, highest: 1 })).toMatchObject({ min: 0, max: 1 })
  const axis = valueAxis([5])
  expect(axis && axis.min < axis.max).toBe(true)
  expect(valueAxis([])).toBeNull()
  expect(valueAxis([NaN])).toBeNull()
})

it('writes ticks with the digits that tell them apart', () => {
  expect(tickDigits({ min: 0, max: 1, ticks: [0, 0.25, 0.5], startsAtZero: true })).toBe(2)
  expect(tickDigits({ min: 0, max: 60, ticks: [0, 20, 40], startsAtZero: true })).toBe(0)
  expect(tickDigits({ min: 0, max: 10, ticks: [0, 2.5, 5], startsAtZero: true })).toBe(1)
})
