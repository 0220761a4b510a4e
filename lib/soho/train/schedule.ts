import type { Configuration } from '../config.ts'

export type OptimizerConfiguration = Configuration['pretrain']['optimizer']
type ScheduleConfiguration = Pick<OptimizerConfiguration, 'schedule' | 'warmupSteps' | 'milestoneFactor'> & {
  milestones: readonly number[]
}

/** Warm-up starts at a third of the rate (reference code). */
const usualStart = 1 / 3

/**
 * What the learning rates are multiplied by at an update.
 * @param step 0-based
 * @param warmupStart factor of the first step of a warm-up
 */
export function rateFactor(
  optimizer: ScheduleConfiguration,
  step: number,
  stepsPerEpoch: number,
  stepsTotal: number,
  warmupStart = usualStart,
): number {
  const { warmupSteps } = optimizer
  const warmup = step < warmupSteps ? warmupStart + (1 - warmupStart) * (step / warmupSteps) : 1
  return warmup * afterWarmup(optimizer, step, stepsPerEpoch, stepsTotal)
}

function afterWarmup(optimizer: ScheduleConfiguration, step: number, stepsPerEpoch: number, stepsTotal: number): number {
  const { schedule, warmupSteps, milestones, milestoneFactor } = optimizer
  const progress = Math.min(1, Math.max(0, (step - warmupSteps) / Math.max(1, stepsTotal - warmupSteps)))
  switch (schedule) {
    case 'constant':
      return 1
    case 'linear':
      return 1 - progress
    case 'cosine':
      return 0.5 * (1 + Math.cos(Math.PI * progress))
    case 'milestones': {
      // A milestone m acts from epoch m on, counted from 0.
      const epoch = Math.floor(step / stepsPerEpoch)
      return milestoneFactor ** milestones.filter((milestone) => epoch >= milestone).length
    }
  }
}
