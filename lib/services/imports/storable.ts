/** PostgreSQL keeps no NUL and no half of a surrogate pair. */
export function storableText(text: string): string {
  return text.replaceAll(/\0|\p{Surrogate}/gu, '\u{fffd}')
}

/** The object with every text of its own made storable. */
export function storable<T extends object>(row: T): T {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, typeof value === 'string' ? storableText(value) : (value as unknown)]),
  ) as T
}
