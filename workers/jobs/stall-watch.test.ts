import { expect, test } from 'vitest'
import { StallWatch } from './stall-watch.ts'

test('silence counts as hanging after the floor, and after ten times the longest pause so far', () => {
  const watch = new StallWatch(1000, () => 0, 0)
  expect(watch.look(999)).toBeNull()
  expect(watch.look(1000)).toBe('no sign of life for 1 s')
  watch.sign(500)
  watch.look(500)
  expect(watch.look(5400)).toBeNull()
  expect(watch.look(5500)).toBe('no sign of life for 5 s')
})

test('a silent trainer that uses the processor is evaluating, not hanging', () => {
  let used = 0
  const watch = new StallWatch(1000, () => used, 0)
  watch.sign(100)
  watch.look(200)
  used = 30
  expect(watch.look(60_000)).toBeNull()
})
