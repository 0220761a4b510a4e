import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const script = path.resolve(import.meta.dirname, '../scripts/bench/measure-step.ts')

test('resident memory grows by less than 2 MB in 100 steps once it has settled', async () => {
  const args = ['--no-deprecation', '--expose-gc', script, '--size', 'tiny', '--images', '4', '--steps', '900']
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const { growthMbPer100Steps } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { growthMbPer100Steps: number | null }
  expect(growthMbPer100Steps).not.toBeNull()
  expect(growthMbPer100Steps).toBeLessThan(2)
}, 1_800_000)
