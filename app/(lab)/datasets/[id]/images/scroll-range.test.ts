import { expect, test } from 'vitest'
import { follow, placeOf, rangeLimitPx, rangePx } from './scroll-range'

const long = { contentPx: 40_000_000, viewPx: 800 }
const short = { contentPx: 5000, viewPx: 800 }

test('content that fits is scrolled pixel by pixel, from first to last', () => {
  expect(rangePx(short)).toBe(5000)
  expect(follow(short, { scrollTop: 0, contentTop: 0 }, 3000)).toEqual({ scrollTop: 3000, contentTop: 3000 })
  expect(follow(short, { scrollTop: 4100, contentTop: 4100 }, 4200).contentTop).toBe(4200)
  expect(placeOf(short, 99_999)).toEqual({ scrollTop: 4200, contentTop: 4200 })
})

test('of content longer than a browser scrolls, a jump reaches its share and both ends are reached', () => {
  expect(rangePx(long)).toBe(rangeLimitPx)
  const middle = follow(long, { scrollTop: 0, contentTop: 0 }, (rangeLimitPx - 800) / 2)
  expect(middle.contentTop).toBe((40_000_000 - 800) / 2)
  expect(follow(long, middle, rangeLimitPx - 800).contentTop).toBe(40_000_000 - 800)
  expect(follow(long, middle, 0).contentTop).toBe(0)
})

test('a step moves long content by the step, so that no row is skipped', () => {
  const start = placeOf(long, 20_000_000)
  const next = follow(long, start, start.scrollTop + 100)
  expect(next.contentTop).toBe(20_000_100)
  expect(follow(long, next, next.scrollTop - 250).contentTop).toBe(19_999_850)
})

test('steps that end before the content does still end with it', () => {
  let place = placeOf(long, 39_990_000)
  while (place.scrollTop < rangeLimitPx - 800) place = follow(long, place, Math.min(place.scrollTop + 500, rangeLimitPx - 800))
  expect(place.contentTop).toBe(40_000_000 - 800)
})
