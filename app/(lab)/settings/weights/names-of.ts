/** Names of tensors in a line; numbers that count layers are gathered: `bn1.num_batches_tracked, layer*.*.bn*.num_batches_tracked (19)`. */
export function namesOf(names: readonly string[], count: number): string {
  const groups = new Map<string, string[]>()
  for (const name of names) {
    const pattern = name.replace(/\d+/g, '*')
    groups.set(pattern, [...(groups.get(pattern) ?? []), name])
  }
  const written = [...groups].map(([pattern, members]) => (members.length === 1 ? members[0] : `${pattern} (${members.length})`))
  return count > names.length ? [...written, `${count - names.length} more`].join(', ') : written.join(', ')
}
