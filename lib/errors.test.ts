import { expect, test, vi } from 'vitest'
import { LabError, statusOf } from './errors.ts'

test('an error of another bundle of the same code is told as what it is; a defect is not', async () => {
  vi.resetModules()
  const other = await import('./errors.ts')
  expect(other.LabError).not.toBe(LabError)
  expect(statusOf(new other.LabError('unavailable', 'It took too long.'))).toBe(503)
  expect(statusOf(new TypeError('broken'))).toBe(500)
  expect({ name: 'LabError' } instanceof LabError).toBe(false)
})
