import { expect, test } from 'vitest'
import { formatAge, formatBytes, formatCount, formatDuration, formatPercent, formatScore } from './format'

test('counts, shares and sizes have the same digits everywhere', () => {
  expect([formatCount(1204), formatPercent(0.62), formatBytes(0), formatBytes(1536), formatBytes(274e6)]).toEqual([
    '1,204',
    '62.0 %',
    '0 B',
    '1.5 KiB',
    '261 MiB',
  ])
})

test('a missing score is a dash, a score of zero is not', () => {
  expect([formatScore(null), formatScore(0), formatScore(0.312)]).toEqual(['—', '0.0', '31.2'])
})

test('durations name their two largest units', () => {
  expect([0, 0.4, 45, 200, 3600, 7500, 273_600].map(formatDuration)).toEqual([
    '0 s',
    '< 1 s',
    '45 s',
    '3 min 20 s',
    '1 h',
    '2 h 5 min',
    '3 d 4 h',
  ])
})

test('an age reads both ways, and after a week it is a day', () => {
  const at = new Date(2026, 2, 4, 12)
  expect([2000, 61_000, -7200_000, 8 * 86_400_000].map((age) => formatAge(age, at))).toEqual(['now', '1 min ago', 'in 2 h', '4 Mar 2026'])
})
