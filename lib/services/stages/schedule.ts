/** A stage for the schedule. Order decides among those that can start: tasks first, then as given. */
export interface ScheduledStage {
  id: string
  /** The pre-training it waits for; null when there is none, or it is done. */
  upstreamId: string | null
  isTask: boolean
  seconds: number
  isRunning?: boolean
}

/** When each stage ends, in seconds from now, with so many trainers that take what comes next. */
export function scheduleStages(stages: readonly ScheduledStage[], slots: number): Map<string, number> {
  const ends = new Map<string, number>()
  const waiting = [...stages.filter(({ isRunning }) => isRunning), ...stages.filter(({ isRunning }) => !isRunning)]
  const known = new Set(stages.map(({ id }) => id))
  const free = Array.from({ length: Math.max(1, slots) }, () => 0)
  while (waiting.length > 0) {
    const now = Math.min(...free)
    const slot = free.indexOf(now)
    const readyAt = ({ upstreamId }: ScheduledStage) =>
      upstreamId === null || !known.has(upstreamId) ? 0 : (ends.get(upstreamId) ?? Infinity)
    const ready = waiting.filter((stage) => readyAt(stage) <= now)
    const next = ready.find(({ isRunning }) => isRunning) ?? ready.find(({ isTask }) => isTask) ?? ready[0]
    if (next) {
      ends.set(next.id, now + next.seconds)
      free[slot] = now + next.seconds
      waiting.splice(waiting.indexOf(next), 1)
      continue
    }
    // Nothing can start yet: this trainer waits for the first pre-training to end.
    const later = Math.min(...waiting.map(readyAt))
    if (!Number.isFinite(later)) break
    free[slot] = later
  }
  return ends
}
