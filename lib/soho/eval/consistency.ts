/** Share of sentences whose every example is answered right (NLVR2's second score). */
export function nlvr2Consistency(outcomes: readonly { group: string; right: boolean }[]): number {
  const groups = new Map<string, boolean>()
  for (const { group, right } of outcomes) groups.set(group, (groups.get(group) ?? true) && right)
  return [...groups.values()].filter(Boolean).length / groups.size
}
