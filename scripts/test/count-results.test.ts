import { expect, test } from 'vitest'
import { countPlaywright, countVitest } from './count-results.mjs'

test('a file that could not be loaded counts as a failure', () => {
  const broken = { status: 'failed', assertionResults: [] }
  const half = { status: 'failed', assertionResults: [{}] }
  expect(countVitest({ numPassedTests: 3, numFailedTests: 1, testResults: [broken, half] })).toEqual({ passed: 3, failed: 2 })
})

test('a journey that passed only at a repetition counts as failed, and so does a run that could not begin', () => {
  expect(countPlaywright({ stats: { expected: 4, unexpected: 1, flaky: 2 }, errors: [] })).toEqual({ passed: 4, failed: 3 })
  expect(countPlaywright({ stats: { expected: 0, unexpected: 0, flaky: 0 }, errors: [{}] })).toEqual({ passed: 0, failed: 1 })
})
