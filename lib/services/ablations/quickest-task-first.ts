import type { PlannedStage } from './plan-ablation.ts'

/**
 * Puts the tasks that continue one pre-training in the order of their predicted times, so that the first score comes soon. Everything else,
 * and tasks of unknown length, keep their places.
 * @param seconds predicted, by position in `stages`
 */
export function quickestTaskFirst(stages: readonly PlannedStage[], seconds: readonly (number | null)[]): PlannedStage[] {
  const places = new Map<string, number[]>()
  for (const [i, { upstreamDigest }] of stages.entries()) {
    if (upstreamDigest === null || seconds[i] === null) continue
    places.set(upstreamDigest, [...(places.get(upstreamDigest) ?? []), i])
  }
  const ordered = [...stages]
  for (const own of places.values()) {
    const sorted = own.toSorted((a, b) => (seconds[a] as number) - (seconds[b] as number))
    for (const [k, place] of own.entries()) ordered[place] = stages[sorted[k] as number] as PlannedStage
  }
  return ordered
}
