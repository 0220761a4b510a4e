import { expect, it } from 'vitest'
import { createRandom } from './random.ts'

it('gives the same numbers for the same seed and purpose, others for another purpose', () => {
  const draw = (seed: number, purpose: string) => Array.from({ length: 5 }, createRandom(seed, purpose).next)
  expect(draw(1, 'a')).toEqual(draw(1, 'a'))
  expect(draw(1, 'a')).not.toEqual(draw(1, 'b'))
  expect(draw(1, 'a')).not.toEqual(draw(2, 'a'))
})

it('is even over its range', () => {
  const random = createRandom(3, 'even')
  const counts = [0, 0, 0, 0]
  for (let i = 0; i < 8000; i++) {
    const drawn = random.integer(4)
    counts[drawn] = (counts[drawn] ?? 0) + 1
  }
  for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200)
})
