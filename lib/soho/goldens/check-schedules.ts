import { rateFactor } from '../train/schedule.ts'
import type { Comparisons } from './compare.ts'
import type { Golden } from './golden.ts'

/** A run of `hyper`: by epochs with milestones, or by steps falling linearly to nothing. */
interface Schedule {
  iters_per_epoch?: number
  epochs?: number
  milestones?: number[]
  gamma?: number
  warmup_iters?: number
  /** A number, or a fraction such as 1/3. */
  warmup_ratio?: string | number
  warmup_steps?: number
  total_steps?: number
}

export function checkSchedules(golden: Golden, found: Comparisons): void {
  const runs = golden.entry.hyper['runs'] as Record<string, Schedule>
  for (const run of golden.runs('input/')) {
    const factor = factorOf(runs[run] ?? {})
    const actual = golden.numbers(`input/${run}/iteration`).map(factor)
    found.relative(run, actual, golden.get(`output/${run}/factor`).data, golden.tolerance('relative', 1e-6))
  }
}

function factorOf(run: Schedule): (iteration: number) => number {
  const { iters_per_epoch: each = 1, epochs = 1, milestones = [], gamma = 1, warmup_steps = 0, total_steps } = run
  if (total_steps !== undefined) {
    const linear = { schedule: 'linear', warmupSteps: warmup_steps, milestones: [], milestoneFactor: 1 } as const
    return (iteration) => rateFactor(linear, iteration, total_steps, total_steps, 0)
  }
  const { warmup_iters: warmupSteps = 0, warmup_ratio = 1 } = run
  const [above = 1, below = 1] = String(warmup_ratio).split('/').map(Number)
  const steps = { schedule: 'milestones', warmupSteps, milestones, milestoneFactor: gamma } as const
  return (iteration) => rateFactor(steps, iteration, each, each * epochs, above / below)
}
