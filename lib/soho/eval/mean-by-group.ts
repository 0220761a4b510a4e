/** Mean of each group's values, groups in the order of their first member. */
export function meanByGroup<G>(values: readonly number[], groupOf: (i: number) => G): Map<G, number> {
  const groups = new Map<G, number[]>()
  for (const [i, value] of values.entries()) {
    const group = groupOf(i)
    const own = groups.get(group)
    if (own) own.push(value)
    else groups.set(group, [value])
  }
  return new Map([...groups].map(([group, own]) => [group, own.reduce((a, b) => a + b, 0) / own.length]))
}
